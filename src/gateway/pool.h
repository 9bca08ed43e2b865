// The server connections of one database and principal on one worker, and the clients
// that wait for one, first come first served.
//
// Owned by its worker; worker's thread only. The connection used last is lent first, so
// that those beyond need grow idle and go. A server that can't be reached is tried again
// with growing pauses; clients wait meanwhile, each up to its limit.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/server_connection.h"
#include "gateway/settings.h"
#include "net/loop/loop_timer.h"

namespace art32::gateway {

class Pool {
 public:
  Pool(Worker& worker, std::shared_ptr<const Settings> settings, const Database& database,
       const Principal& principal);
  ~Pool();

  const Database& database() const { return *database_; }
  const Principal& principal() const { return *principal_; }
  ServerCredential credential() const;
  // Keys that a client's log-in showed: with them the server lets us in too.
  void learn_keys(pgwire::ScramKeys keys);
  void reconfigure(std::shared_ptr<const Settings> settings, const Database& database,
                   const Principal& principal);

  // A server for the client at once, or null: then it is queued and gets server_assigned or
  // server_refused later.
  ServerConnection* request(ClientSession& client);
  void forget(ClientSession& client);
  void release(ServerConnection& server);  // unlinked, in good order
  void abandon(ServerConnection& server);  // unlinked in the middle of something: it goes

  void server_ready(ServerConnection& server);
  void server_failed(ServerConnection& server, const base::Error& error);
  void server_gone(ServerConnection& server);

  // Counts changes of the schema that the gateway saw: what was prepared before may be
  // prepared anew.
  std::uint64_t schema_generation() const { return generation_; }
  void schema_changed() { ++generation_; }

  // What a server said at log-in, for the welcome of clients.
  const std::optional<ServerFacts>& facts() const { return facts_; }

  // Once a second: ends what is too old or too long idle, opens what is needed, refuses who
  // waited too long.
  void tend(std::chrono::steady_clock::time_point now);
  void pause() { is_paused_ = true; }
  void resume();
  void shut();  // no new connections; idle ones end

  struct Counts {
    std::size_t active = 0, idle = 0, opening = 0, waiting = 0;
    std::chrono::milliseconds longest_wait{0};
  };
  Counts counts(std::chrono::steady_clock::time_point now) const;
  const std::vector<std::unique_ptr<ServerConnection>>& servers() const { return servers_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  ServerConnection* take_idle(const ClientSession& client);
  void open_if_needed();
  bool may_open(TimePoint now) const;
  std::size_t opening() const;
  bool is_worn(const ServerConnection& server, TimePoint now) const;
  void retire(ServerConnection& server);
  void refuse_all(const base::Error& error);
  void hand_out();

  Worker& worker_;
  std::shared_ptr<const Settings> settings_;  // keeps the two below alive
  const Database* database_;
  const Principal* principal_;
  std::optional<pgwire::ScramKeys> keys_;
  std::vector<std::unique_ptr<ServerConnection>> servers_;
  std::vector<ServerConnection*> idle_;  // the one used last at the back
  std::list<ClientSession*> waiting_;
  std::optional<ServerFacts> facts_;
  std::uint64_t generation_ = 1;
  unsigned failures_ = 0;
  TimePoint try_again_{};
  bool is_paused_ = false;
  bool is_shut_ = false;
};

}  // namespace art32::gateway
