// What is for who operates this server, on a listener of its own that only they reach: what
// the gateway does right now, as a page in both languages and as JSON, and the metrics.
//
// Nobody signs in there but for the trail (trail_pages.h), so the listener stands on the loopback only
// (app/configuration.h). Nothing
// of it is to be had on the public one but /metrics, which wants a machine account there.
// Answers ask the gateway's workers and may wait for them for a second. Any thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include "gateway/report.h"
#include "portal/html.h"
#include "portal/snapshot.h"
#include "portal/trail_pages.h"

namespace art32::portal {

// What a pool did in the last seconds.
struct PoolRate {
  double queries_a_second = 0;
  std::chrono::microseconds mean_query{0};
};

class Operators {
 public:
  explicit Operators(const Sources& sources) : sources_(sources), trail_pages_(sources) {}

  net::HttpResponse answer(const Snapshot& snapshot, const net::HttpRequest& request);

 private:
  using Rates = std::map<std::string, PoolRate>;  // by name_of(pool)
  struct Sample {
    base::Instant taken;
    std::map<std::string, gateway::PoolTotals> totals;
  };
  Rates rates(const gateway::GatewayReport& report);

  const Sources& sources_;
  const TrailPages trail_pages_;
  std::mutex mutex_;
  std::deque<Sample> samples_;  // of the last seconds, oldest first
};

// Of a pool, and of nothing else in a report.
std::string name_of(const gateway::PoolReport& pool);

struct OperatorsView {
  std::optional<gateway::GatewayReport> report;  // nothing: no gateway runs
  std::map<std::string, PoolRate> rates;
  ledger::Health ledger;
  std::optional<ledger::CosigningReport> witnesses;  // nothing: none is configured
  base::Instant now;
  std::shared_ptr<const Assets> assets;
  bool has_trail_pages = false;
};

// The frame around each of their pages; pages/operators_frame.cpp.
enum class OperatorsArea { gateway, trail };
struct OperatorsFrame {
  model::Language language = model::Language::german;
  std::string slug;  // below the language's folder, with its query
  std::string title;
  OperatorsArea area = OperatorsArea::gateway;
  bool has_trail_pages = false;
};
std::string operators_frame(const Assets& assets, base::Instant now, const OperatorsFrame& frame,
                            const Html& main);

std::string operators_page(const OperatorsView& view, model::Language language);
std::string operators_json(const OperatorsView& view);

}  // namespace art32::portal
