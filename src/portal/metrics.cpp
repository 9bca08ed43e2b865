#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/version.h"
#include "gateway/report.h"
#include "identity/forward_auth.h"
#include "portal/health.h"

namespace art32::portal {

namespace {

using Labels = std::map<std::string, std::string>;

// A registry of one scrape: values are read when asked for, nothing is kept.
class Scrape {
 public:
  void gauge(const std::string& metric, const std::string& help, double value, const Labels& labels = {}) {
    prometheus::BuildGauge().Name(metric).Help(help).Register(registry_).Add(labels).Set(value);
  }
  void counter(const std::string& metric, const std::string& help, std::uint64_t value) {
    counter(metric, help, static_cast<double>(value), {});
  }
  void counter(const std::string& metric, const std::string& help, double value, const Labels& labels) {
    prometheus::BuildCounter().Name(metric).Help(help).Register(registry_).Add(labels).Increment(value);
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

 private:
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Merge};
};

double unix_seconds(base::Instant at) {
  return static_cast<double>(at.time_since_epoch().count()) / 1e6;
}

void add_server(Scrape& scrape, const net::HttpsServerCounters& counters) {
  scrape.gauge("art32_http_connections", "Connections open now",
               static_cast<double>(counters.connections_now));
  scrape.counter("art32_http_connections_total", "Connections accepted", counters.connections_total);
  scrape.counter("art32_http_requests_total", "Requests answered", counters.requests_total);
  scrape.counter("art32_tls_handshake_failures_total", "TLS handshakes that failed",
                 counters.handshake_failures_total);
}

void add_measures(Scrape& scrape, const View& view) {
  const Counts counts = view.counts();
  const std::string help = "Measures of the annex in this state";
  scrape.gauge("art32_measures", help, static_cast<double>(counts.kept), {{"state", "kept"}});
  scrape.gauge("art32_measures", help, static_cast<double>(counts.broken), {{"state", "broken"}});
  scrape.gauge("art32_measures", help, static_cast<double>(counts.unproven), {{"state", "unproven"}});
  for (const Place& place : view.places)
    scrape.gauge("art32_measure_kept", "1 when the measure is kept, 0 when it is broken or unproven",
                 place.standing->state == model::State::kept ? 1 : 0, {{"measure", place.measure().id}});
}

void add_probes(Scrape& scrape, const View& view) {
  for (const auto& history : view.histories) {
    if (history.second.empty()) continue;
    const audit::ProbeRun& run = history.second.front();
    const Labels probe{{"probe", history.first}};
    scrape.gauge("art32_probe_passed", "1 when the probe's last run passed",
                 run.verdict == model::Verdict::pass ? 1 : 0, probe);
    scrape.gauge("art32_probe_last_run_timestamp_seconds", "When the probe last ran",
                 unix_seconds(run.started), probe);
    scrape.gauge("art32_probe_duration_seconds", "How long the probe's last run took",
                 static_cast<double>(run.took.count()) / 1e6, probe);
  }
  if (!view.audits.empty())
    scrape.gauge("art32_audit_last_run_timestamp_seconds", "When the last audit began",
                 unix_seconds(view.audits.front().started));
}

double seconds(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1e6;
}

void add_pool(Scrape& scrape, const gateway::PoolReport& pool) {
  const Labels labels{{"database", pool.database},
                      {"principal", pool.principal},
                      {"mode", std::string(pool.is_replication ? "replication" : gateway::name(pool.mode))}};
  const auto with = [&](const char* name, const char* value) {
    Labels more = labels;
    more.emplace(name, value);
    return more;
  };
  const auto gauge = [&](const char* name, const char* help, std::size_t value, const Labels& of) {
    scrape.gauge(name, help, static_cast<double>(value), of);
  };
  const char* clients = "art32_gateway_clients";
  gauge(clients, "Clients that are signed in", pool.clients_active, with("state", "active"));
  gauge(clients, "Clients that are signed in", pool.clients_waiting, with("state", "waiting"));
  const char* servers = "art32_gateway_servers";
  gauge(servers, "Connections to the database's server", pool.servers_active, with("state", "active"));
  gauge(servers, "Connections to the database's server", pool.servers_idle, with("state", "idle"));
  gauge(servers, "Connections to the database's server", pool.servers_opening, with("state", "opening"));
  scrape.gauge("art32_gateway_longest_wait_seconds", "How long the first of the waiting clients has waited",
               seconds(pool.longest_wait), labels);
  const gateway::PoolTotals& totals = pool.totals;
  const auto counter = [&](const char* name, const char* help, double value) {
    scrape.counter(name, help, value, labels);
  };
  counter("art32_gateway_queries_total", "Queries answered", static_cast<double>(totals.queries));
  counter("art32_gateway_transactions_total", "Transactions ended", static_cast<double>(totals.transactions));
  counter("art32_gateway_received_bytes_total", "Octets from clients",
          static_cast<double>(totals.received_octets));
  counter("art32_gateway_sent_bytes_total", "Octets to clients", static_cast<double>(totals.sent_octets));
  counter("art32_gateway_query_seconds_total", "Time that queries took", seconds(totals.query_time));
  counter("art32_gateway_wait_seconds_total", "Time that clients waited for a server",
          seconds(totals.wait_time));
}

void add_posture(Scrape& scrape, const gateway::PostureReport& posture) {
  const Labels labels{{"database", posture.database}};
  const bool is_known = posture.state != gateway::PostureState::unknown;
  scrape.gauge("art32_tenancy_posture_kept",
               "1 when the last check of a separated schema found nothing to mend",
               posture.state == gateway::PostureState::kept ? 1 : 0, labels);
  scrape.gauge("art32_tenancy_posture_enforced", "1 when applications wait outside unless it is kept",
               posture.is_enforced ? 1 : 0, labels);
  if (is_known)
    scrape.gauge("art32_tenancy_posture_findings", "What the last check of a separated schema found to mend",
                 static_cast<double>(posture.findings), labels);
  if (posture.checked)
    scrape.gauge("art32_tenancy_posture_checked_timestamp_seconds", "When the last check ended, even in vain",
                 unix_seconds(*posture.checked), labels);
}

void add_stream(Scrape& scrape, const std::string& database, const gateway::TrailStreamReport& stream) {
  const Labels labels{{"database", database}, {"stream", stream.name}};
  scrape.gauge("art32_trail_stream_delivering", "1 while the stream's receiver takes what it is sent",
               stream.is_delivering ? 1 : 0, labels);
  scrape.gauge("art32_trail_stream_waiting_records", "Records that the stream's receiver doesn't have yet",
               static_cast<double>(stream.waiting), labels);
  scrape.gauge("art32_trail_stream_lag_seconds", "Age of the oldest of these",
               std::chrono::duration<double>(stream.lag).count(), labels);
  scrape.counter("art32_trail_stream_events_total", "Events sent, some maybe twice",
                 static_cast<double>(stream.sent), labels);
}

void add_trail(Scrape& scrape, const gateway::TrailReport& trail) {
  const Labels labels{{"database", trail.database}};
  scrape.gauge("art32_trail_read", "1 while the log of the database is read", trail.is_read ? 1 : 0, labels);
  if (trail.lag)
    scrape.gauge("art32_trail_lag_seconds", "Age of the newest commit before which all is sealed",
                 std::chrono::duration<double>(*trail.lag).count(), labels);
  scrape.gauge("art32_trail_findings", "What the database doesn't give its trail",
               static_cast<double>(trail.findings), labels);
  const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
    scrape.counter(name, help, static_cast<double>(value), labels);
  };
  counter("art32_trail_transactions_total", "Transactions recorded", trail.transactions);
  counter("art32_trail_unattributed_total", "Transactions recorded whose author nobody vouches for",
          trail.unattributed);
  counter("art32_trail_gaps_total", "Gaps: changes that nobody could read", trail.gaps);
  for (const gateway::TrailStreamReport& stream : trail.streams)
    add_stream(scrape, trail.database, stream);
}

void add_gateway(Scrape& scrape, const gateway::GatewayReport& report) {
  for (const gateway::TrailReport& trail : report.trails)
    add_trail(scrape, trail);
  for (const gateway::PostureReport& posture : report.postures)
    add_posture(scrape, posture);
  for (const gateway::PoolReport& pool : report.pools)
    add_pool(scrape, pool);
  scrape.gauge("art32_gateway_logging_in", "Connections that haven't signed in",
               static_cast<double>(report.logging_in));
  scrape.counter("art32_gateway_connections_total", "Connections accepted", report.connections);
  scrape.counter("art32_gateway_refused_logins_total", "Log-ins with a wrong password or an unknown user",
                 report.refused_logins);
  scrape.counter("art32_gateway_failed_sessions_total", "Sessions that the gateway ended with an error",
                 report.failed_sessions);
  scrape.counter("art32_gateway_poisoned_servers_total",
                 "Server connections closed because their answers made no sense", report.poisoned);
  scrape.counter("art32_gateway_cancels_total", "Requests to cancel that found their session",
                 report.cancels);
  scrape.counter("art32_gateway_entries_total", "Claims, and nobody, entered into server connections",
                 report.entries);
  scrape.counter("art32_gateway_refused_claims_total", "Claims that weren't believed", report.refused_claims);
  scrape.counter("art32_gateway_dropped_cancels_total", "Requests to cancel given up: too many under way",
                 report.dropped_cancels);
  scrape.counter("art32_gateway_dropped_outcomes_total",
                 "Outcomes of staff's statements that the ledger didn't take in time",
                 report.dropped_outcomes);
}

void add_forward_auth(Scrape& scrape, const identity::ForwardAuthCounters& counters) {
  const auto counter = [&](const char* answer, std::uint64_t value) {
    scrape.counter("art32_auth_requests_total", "Requests that a proxy asked about, by the answer",
                   static_cast<double>(value), {{"answer", answer}});
  };
  counter("accepted", counters.accepted);
  counter("refused", counters.refused);
  counter("not_tried", counters.not_tried);
  counter("undecidable", counters.undecidable);
}

void add_witnesses(Scrape& scrape, const ledger::CosigningReport& report) {
  scrape.gauge("art32_ledger_witnessed",
               "1 when enough witnesses have cosigned the checkpoint that is served",
               report.state == ledger::CosigningState::witnessed ? 1 : 0);
  scrape.gauge("art32_ledger_contradicted",
               "1 when a witness has cosigned what isn't the beginning of the ledger: a rollback, or a fork",
               report.state == ledger::CosigningState::contradicted ? 1 : 0);
  scrape.gauge("art32_ledger_cosignatures", "Cosignatures of the checkpoint that is served",
               static_cast<double>(report.cosigned));
  scrape.gauge("art32_ledger_cosignatures_needed", "Cosignatures that a witnessed checkpoint has",
               static_cast<double>(report.needed));
  for (const ledger::WitnessReport& witness : report.witnesses) {
    const Labels labels{{"witness", witness.name}};
    scrape.gauge("art32_ledger_witness_cosigns", "1 when the witness cosigned the last time it was asked",
                 witness.state == ledger::WitnessState::cosigned ? 1 : 0, labels);
    if (witness.size)
      scrape.gauge("art32_ledger_witness_entries",
                   "Entries under the checkpoint that the witness cosigned last",
                   static_cast<double>(witness.size->value), labels);
    if (witness.time)
      scrape.gauge("art32_ledger_witness_timestamp_seconds", "When the witness last cosigned",
                   unix_seconds(*witness.time), labels);
  }
}

}  // namespace

std::string metrics(const Sources& sources, const View* view) {
  Scrape scrape;
  const ledger::Health health = sources.ledger.health();
  scrape.gauge("art32_ledger_entries", "Entries acknowledged", static_cast<double>(health.size));
  scrape.gauge("art32_ledger_integrated_entries", "Entries under the newest checkpoint",
               static_cast<double>(health.integrated));
  scrape.gauge("art32_ledger_trouble", "1 when appends fail", health.trouble ? 1 : 0);
  scrape.gauge("art32_pages_rendered", "1 when the pages could be rendered", view != nullptr ? 1 : 0);
  if (sources.counters) add_server(scrape, sources.counters());
  if (sources.gateway)
    if (const auto report = sources.gateway()) add_gateway(scrape, *report);
  if (sources.witnesses)
    if (const auto report = sources.witnesses()) add_witnesses(scrape, *report);
  if (sources.forward_auth)
    if (const auto counters = sources.forward_auth()) add_forward_auth(scrape, *counters);
  if (view != nullptr) {
    scrape.gauge("art32_build_info", "The program that answers", 1, {{"version", base::version()}});
    add_measures(scrape, *view);
    add_probes(scrape, *view);
  }
  return scrape.text();
}

}  // namespace art32::portal
