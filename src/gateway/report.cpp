#include "gateway/report.h"

#include <algorithm>
#include <iterator>

namespace art32::gateway {

void PoolTotals::add(const PoolTotals& other) {
  queries += other.queries;
  transactions += other.transactions;
  received_octets += other.received_octets;
  sent_octets += other.sent_octets;
  query_time += other.query_time;
  transaction_time += other.transaction_time;
  wait_time += other.wait_time;
}

void GatewayReport::add(GatewayReport other) {
  for (PoolReport& pool : other.pools) {
    const auto same = std::find_if(pools.begin(), pools.end(), [&](const PoolReport& known) {
      return known.database == pool.database && known.principal == pool.principal &&
             known.is_replication == pool.is_replication;
    });
    if (same == pools.end()) {
      pools.push_back(std::move(pool));
      continue;
    }
    same->is_paused = same->is_paused || pool.is_paused;
    same->clients_active += pool.clients_active;
    same->clients_waiting += pool.clients_waiting;
    same->servers_active += pool.servers_active;
    same->servers_idle += pool.servers_idle;
    same->servers_opening += pool.servers_opening;
    same->servers_most += pool.servers_most;
    same->longest_wait = std::max(same->longest_wait, pool.longest_wait);
    same->totals.add(pool.totals);
  }
  std::move(other.clients.begin(), other.clients.end(), std::back_inserter(clients));
  std::move(other.servers.begin(), other.servers.end(), std::back_inserter(servers));
  logging_in += other.logging_in;
  connections += other.connections;
  refused_logins += other.refused_logins;
  failed_sessions += other.failed_sessions;
  poisoned += other.poisoned;
  dropped_cancels += other.dropped_cancels;
  entries += other.entries;
  refused_claims += other.refused_claims;
  dropped_outcomes += other.dropped_outcomes;
  cancels += other.cancels;
  server_logins += other.server_logins;
}

std::string_view name(PostureState state) {
  switch (state) {
    case PostureState::unknown:
      return "unknown";
    case PostureState::kept:
      return "kept";
    case PostureState::broken:
      return "broken";
  }
  return "";
}

}  // namespace art32::gateway
