// One worker of the gateway: an event loop on a thread of its own, with its clients, its
// pools and its books. Workers share nothing but settings, which don't change, and counters.
//
// Public functions are for the worker's thread, save those marked "any thread".
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gateway/client_session.h"
#include "gateway/counters.h"
#include "gateway/outbox.h"
#include "gateway/pool.h"
#include "gateway/prepared_statements.h"
#include "gateway/session_settings.h"
#include "gateway/settings.h"
#include "net/loop/event_loop.h"

namespace art32::gateway {

class CancelDial;

// Brings a cancel to the worker whose client it names.
using CancelRouter = std::function<void(std::uint32_t id, base::Bytes key)>;

class Worker {
 public:
  // `number` below 256: it stands in the ids of cancel keys.
  Worker(unsigned number, std::unique_ptr<net::EventLoop> loop, std::shared_ptr<const Settings> settings,
         CancelRouter router);
  ~Worker();

  void start();                                           // any thread, once
  void stop();                                            // any thread: ends everything, joins
  void adopt(net::Descriptor socket, bool is_local);      // any thread
  void reload(std::shared_ptr<const Settings> settings);  // any thread
  void cancel_client(std::uint32_t id, base::Bytes key);  // any thread
  // Runs it on the worker and waits for it.
  void ask(const std::function<void(Worker&)>& question);  // any other thread
  const Counters& counts() const { return counters_; }     // any thread

  net::EventLoop& loop() { return *loop_; }
  std::shared_ptr<const Settings> settings() const { return settings_; }
  Counters& counters() { return counters_; }
  Outbox& to_server() { return to_server_; }
  Outbox& to_client() { return to_client_; }
  StatementBook& statements() { return statements_; }
  SettingsBook& settings_book() { return settings_book_; }

  Pool& pool(const std::shared_ptr<const Settings>& settings, const Database& database,
             const Principal& principal);
  void give_cancel_key(ClientSession& session, pgwire::ProtocolVersion version);
  void route_cancel(std::uint32_t id, base::Bytes key) { router_(id, std::move(key)); }
  // Tells the server to give up what it runs.
  void cancel(ServerConnection& server);

  // What may still be in use further up the stack goes at the end of the turn.
  void bury(std::shared_ptr<void> dead);
  void remove(ClientSession& session);

  const std::unordered_map<std::uint64_t, std::unique_ptr<ClientSession>>& sessions() const {
    return sessions_;
  }
  const std::map<std::pair<std::string, std::string>, std::unique_ptr<Pool>>& pools() const { return pools_; }

 private:
  void take(net::Descriptor socket, bool is_local);
  void tend();
  void shut_down();

  unsigned number_;
  std::unique_ptr<net::EventLoop> loop_;
  std::shared_ptr<const Settings> settings_;
  CancelRouter router_;
  Counters counters_;
  StatementBook statements_;
  SettingsBook settings_book_;
  Outbox to_server_;
  Outbox to_client_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Pool>> pools_;
  std::unordered_map<std::uint64_t, std::unique_ptr<ClientSession>> sessions_;
  std::unordered_map<std::uint32_t, ClientSession*> cancel_ids_;
  std::list<std::unique_ptr<CancelDial>> cancels_;
  std::vector<std::shared_ptr<void>> graveyard_;
  bool burial_due_ = false;
  std::uint64_t last_session_ = 0;
  net::LoopTimer tick_;
  std::thread thread_;
};

}  // namespace art32::gateway
