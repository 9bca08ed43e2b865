// One client: from its first packet to its end.
//
// Owned by its worker; worker's thread only. While `login_` is set the log-in has it
// (client_login.h); then client_relay.cpp reads its messages, asks the pool for a server
// when one is needed, and lets go of it when the transaction is over. What can't be
// forwarded yet waits in `held_`, and the client isn't read from meanwhile, so that a
// client costs no more memory than one receive.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "gateway/client_login.h"
#include "gateway/prepared_statements.h"
#include "gateway/request_queue.h"
#include "gateway/session_settings.h"
#include "gateway/settings.h"
#include "gateway/statement_scan.h"
#include "net/loop/leg.h"
#include "pgwire/backend.h"
#include "pgwire/frame.h"
#include "pgwire/sqlstate.h"

namespace art32::gateway {

class Outbox;
class Pool;
class ServerConnection;
class Worker;

class ClientSession final : public net::LegHandler {
 public:
  ClientSession(Worker& worker, net::Descriptor socket, std::uint64_t number, bool is_local);
  ~ClientSession() override;

  // The pool gives the server that was asked for, or says why there is none.
  void server_assigned(ServerConnection& server);
  void server_refused(const pgwire::SqlState& state, const std::string& why, const std::string& hint);
  // The server that this session was linked to has gone; `told` when the client has its error already.
  void server_lost(const std::string& why, bool told);
  // Everything that the server owed is there: lets go of it where the pool mode says so.
  void server_is_idle();
  void server_drained();
  void go_on();
  net::Leg& leg() { return leg_; }
  Worker& worker() { return worker_; }

  // From here on the session is the pool's; the log-in has yet to greet the client.
  void authenticated(Pool& pool, const Principal& principal, SettingsId settings);
  void welcomed();
  // Ends the session with an error, FATAL, and closes.
  void fail(const pgwire::SqlState& state, std::string_view message, std::string_view hint = {});
  void close();

  // The client asked for its query to be given up.
  void cancel();
  // Without TLS only where the octets don't leave the machine, and the configuration says so.
  bool may_be_plain() const;

  std::uint64_t number() const { return number_; }
  SettingsId settings() const { return settings_; }
  ServerConnection* server() { return server_; }
  Pool* pool() { return pool_; }
  const std::string& pinned_by() const { return pinned_by_; }
  bool has_named_statements() const { return !passes_statements_; }
  ClientStatements& statements() { return statements_; }

  // What the server's answers tell about this session (server_relay.cpp).
  void transaction_ended(pgwire::TransactionStatus status);
  void was_rolled_back() { was_rolled_back_ = true; }
  void session_was_discarded();
  void statement_failed(std::uint32_t id) { statements_.erase_statement(id); }
  // A notice for the client, now or at the next message boundary.
  void notify_pinned();
  bool has_notice() const { return notice_due_; }
  void put_notice(base::Bytes& target);

  // For the pool's queue.
  std::list<ClientSession*>::iterator place_in_queue;
  bool is_queued = false;
  std::chrono::steady_clock::time_point waits_since{};

  // Cancelling: what the client was told at log-in.
  std::uint32_t cancel_id = 0;
  base::Bytes cancel_key;

 private:
  friend class ClientLogin;
  void on_octets(base::ByteView octets) override;
  void on_secured() override;
  void on_drained() override;
  void on_end(const net::StreamEnd& end) override;

  void relay(base::ByteView octets);
  std::size_t relay_messages(base::ByteView input);
  enum class Step {
    next,    // the message, or what is there of it, is dealt with
    more,    // needs more of it first
    wait,    // needs a server first
    closed,  // the session has ended
  };
  Step relay_message(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_query(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_deallocate(const Deallocation& deallocation, const pgwire::Frame& frame, std::size_t& used);
  Step on_parse(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_bind(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_describe(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_close_object(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_sync(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step violate(std::string_view what);

  Step need_server(const StatementEffects* effects = nullptr);
  bool may_run(const StatementEffects& effects);
  void pass(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  void pass_rest(const pgwire::Frame& frame, base::ByteView rest, std::size_t skipped, std::size_t& used);
  void apply(const StatementEffects& effects, std::string_view sql);
  void provide(const Statement& statement);
  void make_room_for_statement();
  std::string_view name_on_server(std::string_view name, std::string& buffer);
  void answer_here(Request request);
  void pin(std::string_view word);
  void flush();
  void link(ServerConnection& server);
  void let_go();

  Worker& worker_;
  std::uint64_t number_;
  bool is_local_;  // over a unix socket
  net::Leg leg_;
  std::unique_ptr<ClientLogin> login_;
  Pool* pool_ = nullptr;
  const Principal* principal_ = nullptr;
  ServerConnection* server_ = nullptr;
  base::Bytes held_;
  std::uint32_t body_left_ = 0;  // of a message that goes by
  bool body_goes_on_ = false;    // to the server, or to nobody
  bool is_closed_ = false;
  bool is_relaying_ = false;
  bool passes_statements_ = false;  // session mode: statements keep the client's names
  bool waits_ = false;              // the message at the front of `held_` needs something first
  bool was_rolled_back_ = false;    // some of this transaction, or all
  bool notice_due_ = false;
  ClientStatements statements_;
  SettingsId settings_ = 0;
  SettingsId startup_settings_ = 0;
  std::vector<std::string> pending_settings_;  // SET in a transaction that hasn't ended
  std::string pinned_by_;
};

}  // namespace art32::gateway
