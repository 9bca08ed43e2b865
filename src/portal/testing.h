// A whole portal for tests, on real rooms in a scratch folder: a ledger, a
// store, audits with purpose-made probes (one that passes, one that fails, one
// that can't tell) and an annex whose text tries to be markup.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/scratch_folder.h"
#include "gateway/report.h"
#include "portal/portal.h"

namespace art32::portal::testing {

// Stands in annexes, probes and observations; must never reach a page unescaped.
inline constexpr std::string_view evil = "<script>alert(\"x\")</script><img src=x onerror='y'>&amp;";

model::Annex sample_annex(const std::string& version);
std::span<const model::Control> sample_controls();

// Answers each look with the same changes, or the error.
class FakeTrails final : public model::TrailReading {
 public:
  struct Look {
    std::string account, purpose;
    model::TrailQuestion question;
  };
  model::TrailChanges changes;
  std::optional<base::Error> error;
  std::vector<Look> looks;

  std::vector<model::TrailDatabase> databases() const override { return {{"shop", true}}; }
  base::Result<model::Claim> believe(std::string_view) const override {
    return base::failure(base::ErrorCode::permission, "no claim counts here");
  }
  base::Result<model::TrailChanges> search(const model::TrailLooker& looker, std::string_view purpose,
                                           const model::TrailQuestion& question) override {
    looks.push_back({looker.name, std::string(purpose), question});
    if (error) return tl::unexpected(*error);
    return changes;
  }
};

class Stage {
 public:
  Stage();
  ~Stage();

  base::ManualClock clock;
  std::unique_ptr<Portal> portal;
  // What the gateway reports; nothing where none runs.
  std::optional<gateway::GatewayReport> report;
  std::optional<ledger::CosigningReport> witnesses;  // of the ledger; nothing: none is configured
  FakeTrails trails;
  bool can_sign = true;  // false: the key of the ledger is gone, so pages can't be gathered

  net::HttpResponse get(const std::string& target, std::vector<net::HttpHeader> headers = {}) const;
  net::HttpResponse request(const std::string& method, const std::string& target,
                            std::vector<net::HttpHeader> headers = {}) const;
  // At the operators' listener.
  net::HttpResponse operators(const std::string& method, const std::string& target,
                              std::vector<net::HttpHeader> headers = {}) const;
  void run_audit();  // and a refresh
  // In force since the clock began, or from then on.
  void publish(const std::string& version, std::optional<base::Instant> effective = {});
  ledger::Ledger& ledger() const;
  identity::Accounts& accounts() const;
  audit::Audits& audits() const;

 private:
  struct Rooms;
  std::unique_ptr<Rooms> rooms_;
  net::HttpHandler handler_, operators_;
};

std::string_view body_of(const net::HttpResponse& response);
std::string header_of(const net::HttpResponse& response, std::string_view name);

}  // namespace art32::portal::testing
