// What a worker tells of itself.
#include "gateway/console.h"
#include "gateway/console_session.h"
#include "gateway/pool.h"
#include "gateway/worker.h"

namespace art32::gateway {
namespace {

std::chrono::milliseconds since(std::chrono::steady_clock::time_point then,
                                std::chrono::steady_clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - then);
}

std::string_view state_of(const ServerConnection& server) {
  switch (server.state()) {
    case ServerConnection::State::opening:
      return "opening";
    case ServerConnection::State::linked:
      return "active";
    default:
      return "idle";
  }
}

PoolReport report_of(const Pool& pool, std::chrono::steady_clock::time_point now) {
  const Pool::Counts counts = pool.counts(now);
  PoolReport report;
  report.database = pool.database().name;
  report.principal = pool.principal().name;
  report.mode = pool.database().mode;
  report.kind = pool.principal().kind;
  report.is_replication = pool.is_dedicated();
  report.is_paused = pool.is_paused();
  report.clients_waiting = counts.waiting;
  report.servers_active = counts.active;
  report.servers_idle = counts.idle;
  report.servers_opening = counts.opening;
  report.servers_most = pool.limits().most;
  report.longest_wait = counts.longest_wait;
  report.totals = pool.totals();
  return report;
}

ClientReport report_of(ClientSession& session, std::chrono::steady_clock::time_point now) {
  ClientReport report;
  report.principal = session.console() ? session.console()->principal() : session.pool()->principal().name;
  report.database = session.console() ? console_database : session.pool()->database().name;
  report.peer = session.peer();
  report.has_tls = session.leg().is_secure();
  report.pinned_by = session.pinned_by();
  report.age = since(session.connected(), now);
  report.state = session.server() != nullptr || session.console() ? "active"
                 : session.is_queued                              ? "waiting"
                                                                  : "idle";
  if (session.server() != nullptr) report.server_process = session.server()->facts().process_id;
  return report;
}

ServerReport report_of(ServerConnection& server, std::chrono::steady_clock::time_point now) {
  ServerReport report;
  report.principal = server.pool().principal().name;
  report.database = server.pool().database().name;
  report.state = state_of(server);
  report.host = server.target().host;
  if (server.state() == ServerConnection::State::opening) return report;
  report.process = server.facts().process_id;
  report.has_tls = server.leg().is_secure();
  report.age = since(server.opened(), now);
  report.prepared_statements = server.statements().size();
  return report;
}

}  // namespace

GatewayReport Worker::report() {
  const auto now = loop_->now();
  GatewayReport report;
  for (const auto& [key, pool] : pools_) {
    GatewayReport one;
    one.pools.push_back(report_of(*pool, now));
    report.add(std::move(one));
    for (const auto& server : pool->servers())
      report.servers.push_back(report_of(*server, now));
  }
  for (const auto& [number, session] : sessions_) {
    if (session->is_logging_in()) {
      ++report.logging_in;
      continue;
    }
    if (session->pool() == nullptr && !session->console()) continue;  // closed
    report.clients.push_back(report_of(*session, now));
    if (session->console()) continue;
    for (PoolReport& pool : report.pools)
      if (pool.database == report.clients.back().database &&
          pool.principal == report.clients.back().principal &&
          pool.is_replication == session->pool()->is_dedicated())
        pool.clients_active += session->is_queued ? 0 : 1;
  }
  report.connections = counters_.connections.value();
  report.refused_logins = counters_.refused_logins.value();
  report.failed_sessions = counters_.failed_sessions.value();
  report.poisoned = counters_.poisoned.value();
  report.cancels = counters_.cancels.value();
  report.dropped_cancels = counters_.dropped_cancels.value();
  report.entries = counters_.entries.value();
  report.refused_claims = counters_.refused_claims.value();
  report.server_logins = counters_.server_logins.value();
  return report;
}

}  // namespace art32::gateway
