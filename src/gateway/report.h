// What a gateway is doing: pools, clients, servers, as plain values taken at one moment,
// worker by worker. For the console, the operators' pages and the metrics.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "gateway/settings.h"

namespace art32::gateway {

// Since the pool was made. What clients sent and got, as octets of the protocol; a query is
// what a ReadyForQuery ends.
struct PoolTotals {
  std::uint64_t queries = 0;
  std::uint64_t transactions = 0;
  std::uint64_t received_octets = 0;  // from clients
  std::uint64_t sent_octets = 0;      // to clients
  std::chrono::microseconds query_time{0};
  std::chrono::microseconds transaction_time{0};
  std::chrono::microseconds wait_time{0};  // of clients for a server
  void add(const PoolTotals& other);
};

struct PoolReport {
  std::string database, principal;
  PoolMode mode = PoolMode::transaction;
  PrincipalKind kind = PrincipalKind::app;
  bool is_replication = false;  // connections of one client each, beside the pool of that name
  bool is_paused = false;
  std::size_t clients_active = 0, clients_waiting = 0;
  std::size_t servers_active = 0, servers_idle = 0, servers_opening = 0;
  std::size_t servers_most = 0;  // it may have so many, without the reserve
  std::chrono::milliseconds longest_wait{0};
  PoolTotals totals;
};

struct ClientReport {
  std::string principal, database, peer;
  std::string state;  // "active" with a server, "waiting" for one, "idle"
  bool has_tls = false;
  std::string pinned_by;             // why it keeps its server; empty
  std::chrono::milliseconds age{0};  // since it connected
  std::uint32_t server_process = 0;  // that it has now; 0 without
};

struct ServerReport {
  std::string principal, database, host;
  std::string state;  // "active", "idle", "opening"
  std::uint32_t process = 0;
  bool has_tls = false;
  std::chrono::milliseconds age{0};
  std::size_t prepared_statements = 0;
};

// What the last check of a separated database's schema says; kept: nothing is to mend.
enum class PostureState { unknown, kept, broken };

struct PostureReport {
  std::string database;
  PostureState state = PostureState::unknown;
  bool is_enforced = false;  // applications wait outside unless it is kept
  std::size_t findings = 0;
  base::Instant since;                   // it has been in that state
  std::optional<base::Instant> checked;  // none: never yet
};

// How far a trail has been brought to a receiver elsewhere.
struct TrailStreamReport {
  std::string name, url;
  bool is_delivering = false;        // the receiver took what it was sent last
  std::uint64_t sent = 0;            // events since the start
  std::uint64_t waiting = 0;         // records that it doesn't have yet
  std::chrono::milliseconds lag{0};  // age of the oldest of these
  std::string trouble;               // why the last try failed; empty
};

// How far the changes of a database are recorded.
struct TrailReport {
  std::string database;
  bool is_read = false;                                        // the server's log, now
  std::optional<std::chrono::milliseconds> lag;                // none: nothing was read so far
  std::uint64_t transactions = 0, unattributed = 0, gaps = 0;  // since the start
  std::size_t findings = 0;                                    // of what the database doesn't give
  std::vector<TrailStreamReport> streams;
};

struct GatewayReport {
  std::vector<PoolReport> pools;
  std::vector<PostureReport> postures;  // filled in by who watches them
  std::vector<TrailReport> trails;      // filled in by who keeps them
  std::vector<ClientReport> clients;
  std::vector<ServerReport> servers;
  std::uint64_t logging_in = 0;  // connections that haven't signed in
  std::uint64_t connections = 0, refused_logins = 0, failed_sessions = 0, poisoned = 0, cancels = 0;
  std::uint64_t dropped_cancels = 0;  // because too many were under way
  std::uint64_t server_logins = 0;
  std::uint64_t entries = 0;  // of claims, and of nobody, into server connections
  std::uint64_t refused_claims = 0;
  std::uint64_t dropped_outcomes = 0;  // of staff's statements, because too many waited for the ledger
  void add(GatewayReport other);       // of another worker; pools of the same name become one
};

std::string_view name(PostureState state);

}  // namespace art32::gateway
