// One worker of the gateway: an event loop on a thread of its own, with its clients, its
// pools and its books. Workers share nothing but settings, which don't change, counters, and
// what is counted over all of them at log-in (commons.h).
//
// Public functions are for the worker's thread, save those marked "any thread".
#pragma once

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <unordered_map>
#include <vector>

#include "gateway/client_session.h"
#include "gateway/commons.h"
#include "gateway/counters.h"
#include "gateway/login_queue.h"
#include "gateway/outbox.h"
#include "gateway/pool.h"
#include "gateway/prepared_statements.h"
#include "gateway/role_lookup.h"
#include "gateway/session_settings.h"
#include "gateway/settings.h"
#include "gateway/switchboard.h"
#include "net/loop/event_loop.h"
#include "net/loop/loop_mailbox.h"
#include "net/loop/resolver.h"

namespace art32::gateway {

class CancelDial;
class Farewell;
struct HandedClient;

// Those who need the ledger, the console's users among them.
enum class Staff { welcome, leaving };

// Of a database and principal; of one session too, where that is a replication.
struct PoolKey {
  std::string database, principal;
  std::uint64_t session = 0;
  auto operator<=>(const PoolKey&) const = default;
};

class Worker {
 public:
  // `number` below most_workers: it stands in the ids of cancel keys, with the generation of
  // the process (cancel_ids.h).
  Worker(unsigned number, unsigned generation, std::unique_ptr<net::EventLoop> loop,
         std::shared_ptr<const Settings> settings, Switchboard& switchboard, Commons& commons);
  ~Worker();

  void start();  // any thread, once
  void stop();   // any thread: ends everything, joins
  // Any thread. `address`: where it comes from (net::SocketAddress::network).
  void adopt(net::Descriptor socket, bool is_local, const std::string& address);
  void resume(HandedClient client);                       // any thread; from another process
  void reload(std::shared_ptr<const Settings> settings);  // any thread
  // Any thread; Switchboard says what `done` is.
  void cancel_client(std::uint32_t id, base::Bytes key, std::function<void()> done);
  void close_session(std::uint64_t number);  // any thread; nothing if it is gone
  // Runs it on the worker: at once, or when it has time for it.
  void ask(const std::function<void(Worker&)>& question);  // any other thread; waits
  void post(std::function<void(Worker&)> task);            // any thread
  const Counters& counts() const { return counters_; }     // any thread

  unsigned number() const { return number_; }
  unsigned workers() const { return workers_; }
  net::EventLoop& loop() { return *loop_; }
  net::Resolver& resolver() { return resolver_; }
  net::OffLoop& off_loop() { return off_loop_; }
  Commons& commons() { return commons_; }
  std::shared_ptr<const Settings> settings() const { return settings_; }
  Counters& counters() { return counters_; }
  Outbox& to_server() { return to_server_; }
  Outbox& to_client() { return to_client_; }
  // For what is answered from another thread, perhaps when this worker is gone.
  const std::shared_ptr<net::LoopMailbox>& mailbox() const { return mailbox_; }
  std::uint64_t next_occupant() { return ++last_occupant_; }
  StatementBook& statements() { return statements_; }
  SettingsBook& settings_book() { return settings_book_; }

  Pool& pool(const std::shared_ptr<const Database>& database,
             const std::shared_ptr<const Principal>& principal);
  Pool& replication_pool(std::shared_ptr<const Database> database, std::shared_ptr<const Principal> principal,
                         const ClientSession& session, ServerLogin::Parameters parameters);
  // Of a database that has an auth query.
  RoleLookup& role_lookup(const std::shared_ptr<const Database>& database);
  void give_cancel_key(ClientSession& session, pgwire::ProtocolVersion version);
  // To this worker and the others.
  Switchboard& switchboard() { return switchboard_; }
  // Tells the server to give up what it runs.
  void cancel(ServerConnection& server, std::function<void()> done);

  // What may still be in use further up the stack goes at the end of the turn.
  void bury(std::shared_ptr<void> dead);
  void remove(ClientSession& session);
  void logged_in(const ClientSession& session) { logins_.remove(session); }
  // What was said to this client last still has to arrive.
  void say_farewell(std::unique_ptr<net::Leg> leg);

  GatewayReport report();
  // Idle clients end now, the others once their transaction is over.
  void drain();
  bool is_draining() const { return is_draining_; }
  // From here on clients go to another process as soon as all of them can go there.
  using Give = std::function<void(HandedClient)>;
  void hand_over(Give give);
  // It has no server any more.
  void is_idle(const ClientSession& session);
  // Leaving: idle ones end now, the others once their transaction is over.
  void set_staff(Staff staff);
  Staff staff() const { return staff_; }
  std::size_t staff_count() const;
  void end_staff();  // at once
  // Of a database, of all where it is empty: Switchboard says what it means.
  void pause(const std::string& database);
  void resume(const std::string& database);

  const std::unordered_map<std::uint64_t, std::unique_ptr<ClientSession>>& sessions() const {
    return sessions_;
  }
  const std::map<PoolKey, std::unique_ptr<Pool>>& pools() const { return pools_; }

 private:
  void take(net::Descriptor socket, bool is_local, const std::string& address);
  bool configure(Pool& pool);
  void tend();
  SettingsBook::Used used_settings() const;
  void end_pool(Pool& pool);
  void shut_down();
  void give_offered();

  unsigned number_;
  unsigned generation_;
  unsigned workers_;  // of the gateway
  std::unique_ptr<net::EventLoop> loop_;
  std::shared_ptr<net::LoopMailbox> mailbox_;
  std::shared_ptr<const Settings> settings_;
  net::Resolver resolver_;
  net::OffLoop off_loop_;  // for look-ups of API tokens
  Switchboard& switchboard_;
  Commons& commons_;
  Counters counters_;
  StatementBook statements_;
  SettingsBook settings_book_;
  Outbox to_server_;
  Outbox to_client_;
  std::map<PoolKey, std::unique_ptr<Pool>> pools_;
  std::map<std::string, RoleLookup> role_lookups_;  // by database
  std::unordered_map<std::uint64_t, std::unique_ptr<ClientSession>> sessions_;
  std::unordered_map<std::uint32_t, ClientSession*> cancel_ids_;
  std::set<std::string> paused_;  // databases; an empty name is all of them
  LoginQueue logins_;
  std::list<std::unique_ptr<CancelDial>> cancels_;
  std::list<std::unique_ptr<Farewell>> farewells_;
  std::vector<std::shared_ptr<void>> graveyard_;
  bool burial_due_ = false;
  bool is_draining_ = false;
  Staff staff_ = Staff::welcome;
  Give give_;                           // none: clients stay
  std::vector<std::uint64_t> offered_;  // sessions that may be idle, of this turn
  std::uint64_t last_session_ = 0;
  std::uint64_t last_occupant_ = 0;  // ClientSession's
  net::LoopTimer tick_;
  std::thread thread_;
};

}  // namespace art32::gateway
