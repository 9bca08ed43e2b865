#include "portal/operators.h"

#include <boost/json.hpp>

#include "base/version.h"
#include "portal/cosigning_json.h"
#include "portal/health.h"
#include "portal/languages.h"
#include "portal/layout.h"

namespace art32::portal {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_rate = 5s;  // what is averaged over less says little
constexpr auto kept_samples = 60s;

net::HttpResponse uncached(std::string_view type, std::string content) {
  net::HttpResponse response = net::HttpResponse::text(200, std::move(content), std::string(type));
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace

std::string name_of(const gateway::PoolReport& pool) {
  return pool.database + '\0' + pool.principal + '\0' + (pool.is_replication ? "r" : "");
}

// Against the newest sample that is old enough, else the oldest there is.
Operators::Rates Operators::rates(const gateway::GatewayReport& report) {
  const base::Instant now = sources_.clock.now();
  Sample sample{now, {}};
  for (const gateway::PoolReport& pool : report.pools)
    sample.totals[name_of(pool)] = pool.totals;
  const std::lock_guard lock(mutex_);
  while (!samples_.empty() && now - samples_.front().taken > kept_samples)
    samples_.pop_front();
  Rates rates;
  auto before = samples_.rbegin();
  while (before != samples_.rend() && now - before->taken < shortest_rate)
    ++before;
  const Sample* then = before != samples_.rend() ? &*before : samples_.empty() ? nullptr : &samples_.front();
  for (const auto& [name, totals] : sample.totals) {
    if (then == nullptr) break;
    const auto known = then->totals.find(name);
    const gateway::PoolTotals start = known != then->totals.end() ? known->second : gateway::PoolTotals{};
    const auto queries = totals.queries - std::min(totals.queries, start.queries);
    const double seconds = std::chrono::duration<double>(now - then->taken).count();
    if (queries == 0 || seconds <= 0) continue;
    rates[name] = {static_cast<double>(queries) / seconds,
                   (totals.query_time - start.query_time) / static_cast<std::int64_t>(queries)};
  }
  if (samples_.empty() || now - samples_.back().taken >= 1s) samples_.push_back(std::move(sample));
  return rates;
}

net::HttpResponse Operators::answer(const Snapshot& snapshot, const net::HttpRequest& request) {
  const model::Language language = language_of(request);
  if (request.method != "GET" && request.method != "HEAD")
    return snapshot.error(405, language, {{"Allow", "GET, HEAD"}});
  for (const Asset& asset : snapshot.assets->all())
    if (asset.address == request.path) return respond(snapshot.pages.at(asset.address), request);
  if (TrailPages::is_own(request.path)) return trail_pages_.answer(snapshot, request);
  if (request.path == "/metrics")
    return uncached("text/plain; version=0.0.4; charset=utf-8", metrics(sources_, snapshot.view.get()));
  if (request.path == "/") {
    net::HttpResponse response = uncached(text_type, "");
    response.status = 303;
    response.headers.push_back({"Location", address(language, "")});
    response.headers.push_back({"Vary", "Accept-Language"});
    return response;
  }
  const bool is_page = request.path == address(language, "");
  if (!is_page && request.path != "/gateway.json") return snapshot.error(404, language);
  OperatorsView view;
  if (sources_.gateway) view.report = sources_.gateway();
  if (view.report) view.rates = rates(*view.report);
  view.ledger = sources_.ledger.health();
  if (sources_.witnesses) view.witnesses = sources_.witnesses();
  view.now = sources_.clock.now();
  view.assets = snapshot.assets;
  view.has_trail_pages = sources_.trails != nullptr;
  return is_page ? uncached(html_type, operators_page(view, language))
                 : uncached(json_type, operators_json(view));
}

namespace {

boost::json::object json_of(const gateway::PoolReport& pool, const OperatorsView& view) {
  const auto rate = view.rates.find(name_of(pool));
  const PoolRate now = rate != view.rates.end() ? rate->second : PoolRate{};
  return {{"database", pool.database},
          {"principal", pool.principal},
          {"kind", gateway::name(pool.kind)},
          {"mode", pool.is_replication ? "replication" : gateway::name(pool.mode)},
          {"paused", pool.is_paused},
          {"clients_active", pool.clients_active},
          {"clients_waiting", pool.clients_waiting},
          {"servers_active", pool.servers_active},
          {"servers_idle", pool.servers_idle},
          {"servers_opening", pool.servers_opening},
          {"servers_most", pool.servers_most},
          {"longest_wait_ms", pool.longest_wait.count()},
          {"queries", pool.totals.queries},
          {"queries_per_second", now.queries_a_second},
          {"mean_query_us", now.mean_query.count()}};
}

boost::json::object json_of(const gateway::ClientReport& client) {
  return {{"database", client.database}, {"principal", client.principal}, {"peer", client.peer},
          {"state", client.state},       {"tls", client.has_tls},         {"pinned_by", client.pinned_by},
          {"age_ms", client.age.count()}};
}

boost::json::object json_of(const gateway::ServerReport& server) {
  return {{"database", server.database},  {"principal", server.principal},
          {"host", server.host},          {"state", server.state},
          {"process", server.process},    {"tls", server.has_tls},
          {"age_ms", server.age.count()}, {"prepared_statements", server.prepared_statements}};
}

boost::json::object json_of(const gateway::TrailReport& trail) {
  boost::json::object told{
      {"database", trail.database},         {"read", trail.is_read}, {"transactions", trail.transactions},
      {"unattributed", trail.unattributed}, {"gaps", trail.gaps},    {"findings", trail.findings}};
  told["lag_ms"] = trail.lag ? boost::json::value(trail.lag->count()) : boost::json::value();
  boost::json::array streams;
  for (const gateway::TrailStreamReport& stream : trail.streams)
    streams.push_back({{"name", stream.name},
                       {"delivering", stream.is_delivering},
                       {"sent", stream.sent},
                       {"waiting", stream.waiting},
                       {"lag_ms", stream.lag.count()}});
  told["streams"] = std::move(streams);
  return told;
}

boost::json::object json_of(const gateway::PostureReport& posture) {
  boost::json::object told{{"database", posture.database},
                           {"state", gateway::name(posture.state)},
                           {"since", base::rfc3339_seconds(posture.since)},
                           {"enforced", posture.is_enforced},
                           {"findings", posture.findings}};
  told["checked"] =
      posture.checked ? boost::json::value(base::rfc3339_seconds(*posture.checked)) : boost::json::value();
  return told;
}

}  // namespace

std::string operators_json(const OperatorsView& view) {
  boost::json::object all{{"time", base::rfc3339_seconds(view.now)},
                          {"version", base::version()},
                          {"ledger_takes_records", !view.ledger.trouble}};
  all["witnesses"] = view.witnesses ? boost::json::value(to_json(*view.witnesses)) : boost::json::value();
  all["gateway"] = nullptr;
  if (view.report) {
    const gateway::GatewayReport& report = *view.report;
    boost::json::object told{{"logging_in", report.logging_in},
                             {"connections", report.connections},
                             {"refused_logins", report.refused_logins},
                             {"failed_sessions", report.failed_sessions},
                             {"poisoned", report.poisoned},
                             {"cancels", report.cancels}};
    boost::json::array postures, trails, pools, clients, servers;
    for (const gateway::TrailReport& trail : report.trails)
      trails.push_back(json_of(trail));
    for (const gateway::PostureReport& posture : report.postures)
      postures.push_back(json_of(posture));
    for (const gateway::PoolReport& pool : report.pools)
      pools.push_back(json_of(pool, view));
    for (const gateway::ClientReport& client : report.clients)
      clients.push_back(json_of(client));
    for (const gateway::ServerReport& server : report.servers)
      servers.push_back(json_of(server));
    told["postures"] = std::move(postures);
    told["trails"] = std::move(trails);
    told["pools"] = std::move(pools);
    told["clients"] = std::move(clients);
    told["servers"] = std::move(servers);
    all["gateway"] = std::move(told);
  }
  return boost::json::serialize(all) + "\n";
}

}  // namespace art32::portal
