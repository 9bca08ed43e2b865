// The server connections of one database and principal on one worker, and the clients
// that wait for one, first come first served.
//
// Owned by its worker; worker's thread only. The connection used last is lent first, so
// that those beyond need grow idle and go; one that has been idle is looked at before it is
// lent, and asked now and then whether it lives. A server that can't be reached is tried again
// with growing pauses; clients wait meanwhile, each up to its limit.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/report.h"
#include "gateway/server_connection.h"
#include "gateway/settings.h"
#include "net/loop/loop_timer.h"

namespace art32::gateway {

class Pool {
 public:
  Pool(Worker& worker, std::shared_ptr<const Database> database, std::shared_ptr<const Principal> principal);
  // For one session of its own, a replication: one connection, signed in with the session's
  // start-up parameters, kept until the session ends.
  Pool(Worker& worker, std::shared_ptr<const Database> database, std::shared_ptr<const Principal> principal,
       ServerLogin::Parameters parameters);
  ~Pool();

  bool is_dedicated() const { return parameters_.has_value(); }
  const std::optional<ServerLogin::Parameters>& parameters() const { return parameters_; }
  const PoolLimits& limits() const { return limits_; }
  const Database& database() const { return *database_; }
  // Outlives a reload of the configuration, for what is under way.
  const std::shared_ptr<const Database>& shared_database() const { return database_; }
  const Principal& principal() const { return *principal_; }
  const std::shared_ptr<const Principal>& shared_principal() const { return principal_; }
  ServerCredential credential() const;
  // Keys that a client's log-in showed: with them the server lets us in too.
  void learn_keys(pgwire::ScramKeys keys);
  std::optional<pgwire::ScramKeys> keys() const;
  void reconfigure(std::shared_ptr<const Database> database, std::shared_ptr<const Principal> principal);

  // A server for the client at once, or null: then it is queued and gets server_assigned or
  // server_refused later.
  ServerConnection* request(ClientSession& client);
  void forget(ClientSession& client);
  void release(ServerConnection& server);  // unlinked, in good order
  void abandon(ServerConnection& server);  // unlinked in the middle of something: it goes

  void server_ready(ServerConnection& server);
  void server_failed(ServerConnection& server, const base::Error& error);
  void server_gone(ServerConnection& server);
  void server_checked(ServerConnection& server);               // it lives
  const std::string& last_host() const { return last_host_; }  // where a log-in went well
  // Counts changes of where servers are and how to log in: what was opened before is stale.
  std::uint64_t configuration() const { return configuration_; }

  // Counts changes of the schema that the gateway saw: what was prepared before may be
  // prepared anew.
  std::uint64_t schema_generation() const { return generation_; }
  void schema_changed() { ++generation_; }
  // The server refused a plan whose result has changed its shape: what was prepared before
  // this generation is prepared anew also for those who only bind it.
  std::uint64_t plan_generation() const { return plan_generation_; }
  void plan_was_refused() { plan_generation_ = ++generation_; }

  // What a server said at log-in, for the welcome of clients.
  const std::optional<ServerFacts>& facts() const { return facts_; }

  // Once in a while: ends what is too old or too long idle, opens what is needed, refuses who
  // waited too long.
  void tend(std::chrono::steady_clock::time_point now);
  void pause();  // idle servers end, and those that come back
  void resume();
  bool is_paused() const { return is_paused_; }
  bool is_over() const { return is_shut_ && servers_.empty(); }  // nothing comes any more
  void shut();                                                   // no new connections; idle ones end

  struct Counts {
    std::size_t active = 0, idle = 0, opening = 0, waiting = 0;
    std::chrono::milliseconds longest_wait{0};
  };
  Counts counts(std::chrono::steady_clock::time_point now) const;
  const std::vector<std::unique_ptr<ServerConnection>>& servers() const { return servers_; }
  PoolTotals& totals() { return totals_; }
  const PoolTotals& totals() const { return totals_; }

 private:
  void take_limits();
  using TimePoint = std::chrono::steady_clock::time_point;
  ServerConnection* take_idle(const ClientSession& client);
  void open_if_needed();
  bool may_open(TimePoint now) const;
  std::size_t opening() const;
  bool is_worn(const ServerConnection& server, TimePoint now) const;
  void retire(ServerConnection& server);
  void refuse_all(const base::Error& error);
  void hand_out();
  void check_idle(TimePoint now);

  Worker& worker_;
  std::shared_ptr<const Database> database_;
  std::shared_ptr<const Principal> principal_;
  std::optional<ServerLogin::Parameters> parameters_;  // of a dedicated one
  PoolLimits limits_;                                  // this worker's share
  std::optional<pgwire::ScramKeys> keys_;
  std::shared_ptr<pgwire::DerivedScramKeys> derived_ = std::make_shared<pgwire::DerivedScramKeys>();
  std::string last_host_;
  std::uint64_t configuration_ = 0;
  std::vector<std::unique_ptr<ServerConnection>> servers_;
  std::vector<ServerConnection*> idle_;  // the one used last at the back
  std::list<ClientSession*> waiting_;
  std::optional<ServerFacts> facts_;
  std::uint64_t generation_ = 1;
  std::uint64_t plan_generation_ = 1;
  PoolTotals totals_;
  unsigned failures_ = 0;
  std::string last_failure_;  // for who waited in vain
  TimePoint try_again_{};
  bool is_paused_ = false;
  bool is_shut_ = false;
};

}  // namespace art32::gateway
