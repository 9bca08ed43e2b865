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
#include <optional>
#include <string>
#include <vector>

#include "gateway/client_claims.h"
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

class BearerWatch;
class ConsoleSession;
struct HandedClient;
class Outbox;
class Pool;
class ServerConnection;
class StatementTrail;
class Worker;

class ClientSession final : public net::LegHandler {
 public:
  ClientSession(Worker& worker, net::Descriptor socket, std::uint64_t number, bool is_local,
                const std::string& address);
  ~ClientSession() override;

  // The pool gives the server that was asked for, or says why there is none.
  void server_assigned(ServerConnection& server);
  void server_refused(const pgwire::SqlState& state, const std::string& why, const std::string& hint);
  // The server that this session was linked to has gone; `told` when the client has its error already.
  void server_lost(const std::string& why, bool told);
  // That server was of no use before it had anything of this session: another one, please.
  void server_unfit();
  // Everything that the server owed is there: lets go of it where the pool mode says so.
  void server_is_idle();
  void server_drained();
  void go_on();
  net::Leg& leg() { return leg_; }
  Worker& worker() { return worker_; }

  // From here on the session is the pool's; the log-in has yet to greet the client.
  void authenticated(Pool& pool, std::shared_ptr<const Principal> principal, SettingsId settings);
  void welcomed();
  // What a claim's statement, or a word of the log-in, makes the client act for. The error is
  // `unsupported` where the database isn't separated.
  base::Result<ClientClaims::Standing> standing_of(const ClaimStatement& statement);
  // As the log-in said, once authenticated.
  void begin_claims(ClientClaims::Standing standing);
  // The same, by an API token: for as long as that is valid.
  void begin_bearing(const model::Bearer& bearer);
  // From here on nothing runs before it is in the log of the session's principal.
  void log_statements(const Principal& principal, std::string application, std::vector<std::string> settings);
  StatementTrail* trail() { return trail_.get(); }  // none: they aren't logged
  // Ends the session with an error, FATAL, and closes.
  void fail(const pgwire::SqlState& state, std::string_view message, std::string_view hint = {},
            std::string_view detail = {});
  void close();

  // The client asked for its query to be given up; `done` as Switchboard says.
  void cancel(const std::function<void()>& done);
  // Without TLS only where the octets don't leave the machine, and the configuration says so.
  bool may_be_plain() const;

  // Ends the session unless a transaction is under way.
  void end_if_idle();
  // Its time is over: while the gateway drains, or gives up the ledger that it needs.
  bool should_end() const;
  bool needs_ledger() const { return trail_ != nullptr || console_ != nullptr; }
  // To another process, where all of it can go there now; the session is over then.
  bool can_be_handed_over() const;
  HandedClient hand_over();
  // Instead of the log-in: it goes on where it was in another process.
  void resume(HandedClient client);
  // For the console instead of a pool; the log-in is over.
  void open_console(const Principal& principal);
  const ConsoleSession* console() const { return console_.get(); }  // none: it has a pool
  bool is_logging_in() const { return login_ != nullptr; }
  bool is_closed() const { return is_closed_; }
  std::string peer() const;
  // Half a message of its is with the server.
  bool is_amid_message() const { return body_left_ > 0 && body_goes_on_; }
  bool keeps_its_server() const { return keeps_server_ || !pinned_by_.empty(); }
  std::chrono::steady_clock::time_point connected() const { return connected_; }
  std::uint64_t number() const { return number_; }
  // Changes with the team: what one leaves in a server connection isn't the next one's.
  std::uint64_t occupant() const { return occupant_; }
  SettingsId settings() const { return settings_; }
  SettingsId startup_settings() const { return startup_settings_; }
  // Whom it acts for; null where its database isn't separated.
  const ClientClaims* claims() const { return claims_.get(); }
  ServerConnection* server() { return server_; }
  Pool* pool() { return pool_; }
  const std::string& pinned_by() const { return pinned_by_; }
  ClientStatements& statements() { return statements_; }

  // What the server's answers tell about this session (server_relay.cpp).
  void transaction_ended(pgwire::TransactionStatus status);
  void completed(std::string_view tag);
  void was_rolled_back() { was_rolled_back_ = true; }
  void session_was_discarded(bool leaves_behind);
  // A notice for the client, at the next message boundary.
  bool has_notice() const { return notice_.has_value(); }
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
  Step log_first(const pgwire::Frame& frame, base::ByteView rest);
  Step forward_message(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_query(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_deallocate(const Deallocation& deallocation, const pgwire::Frame& frame, std::size_t& used);
  bool is_deallocated_here(const Deallocation& deallocation) const;
  Step deallocate_on_server(const Deallocation& deallocation);
  Step on_parse(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_bind(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_describe(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_close_object(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step on_sync(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step violate(std::string_view what);

  Step need_server(std::uint8_t message, std::string_view sql = {});
  Step enter(std::uint8_t message, std::string_view sql);
  Company company_at_entry(std::uint8_t message, std::string_view sql) const;
  Step see_to_expiry();
  std::optional<Step> see_to_removal(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  void see_to_claims();
  std::optional<Step> claim_message(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  // Of a message that is too long to be read whole.
  static constexpr std::size_t looked_at_octets = 4096;
  std::optional<Step> refuse_long_claim(const pgwire::Frame& frame, base::ByteView rest);
  std::optional<Step> claim_query(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  std::optional<Step> claim_parse(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  std::optional<Step> claim_bind(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  std::optional<Step> claim_object(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  std::optional<Step> claim_execute(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step obey(const ClaimStatement& statement, Request request, const pgwire::Frame& frame, base::ByteView rest,
            std::size_t& used);
  Step obey_at_server(const ClaimStatement& statement, ClientClaims::Standing standing, Request request,
                      const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step refuse_claim(const pgwire::SqlState& state, std::string_view message, std::string_view hint,
                    Request request, const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  std::string why_team_must_stay(const ClientClaims::Standing& standing) const;
  void act_for(ClientClaims::Standing standing, ClaimStatement::Scope scope);
  void team_may_have_changed(const ClaimPointer& before);
  void discard_claims();
  void forget_claim();
  void settle_settings(bool was_rolled_back, bool was_kept);
  bool is_in_transaction() const;
  bool is_free() const;
  bool is_amid_block() const;
  Step before_claim(std::uint8_t message);
  void answer_ready();
  Step wait_for_answers();
  bool must_go_alone(std::uint8_t message) const;
  bool shows_others_sequence(const StatementEffects& effects) const;
  Step refuse_sequence(Request request, const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step refuse_mixed_claim(Request request, const pgwire::Frame& frame, base::ByteView rest,
                          std::size_t& used);
  Step refuse(Request request, const pgwire::SqlState& state, std::string_view message, std::string_view hint,
              const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step give_up(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step skip(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  Step end_skipping();
  void drop(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  void pass(const pgwire::Frame& frame, base::ByteView rest, std::size_t& used);
  void pass_rest(const pgwire::Frame& frame, base::ByteView rest, std::size_t skipped, std::size_t& used);
  void apply(const StatementEffects& effects, std::string_view sql);
  void provide(const Statement& statement);
  void prepare_on_server(const Statement& statement, Owner owner, std::uint32_t ticket);
  void make_room_for_statement();
  std::string_view name_on_server(std::string_view name, std::string& buffer);
  void answer_here(Request request, std::uint32_t ticket = 0);
  void pin(std::string_view word);
  void flush();
  void read_on();
  void link(ServerConnection& server);
  void let_go();

  Worker& worker_;
  std::uint64_t number_;
  std::uint64_t occupant_ = 0;
  bool is_local_;                        // over a unix socket
  std::unique_ptr<net::Leg> owned_leg_;  // until a farewell takes it along
  net::Leg& leg_;
  std::unique_ptr<ClientLogin> login_;
  Pool* pool_ = nullptr;
  std::shared_ptr<const Principal> principal_;
  ServerConnection* server_ = nullptr;
  base::Bytes held_;
  std::uint32_t body_left_ = 0;  // of a message that goes by
  bool body_goes_on_ = false;    // to the server, or to nobody
  bool is_closed_ = false;
  bool is_relaying_ = false;
  bool keeps_server_ = false;       // session mode
  bool passes_statements_ = false;  // prepared statements keep the client's names at the server
  bool waits_ = false;              // the message at the front of `held_` needs something first
  bool waits_for_answers_ = false;  // and that is what the server owes
  bool is_cancelled_ = false;       // and is to fail instead of going to a server
  bool skips_to_sync_ = false;      // an error of ours came, and the Sync behind it hasn't come
  // Since the server was idle last: all of it, or some, was rolled back; some of it wasn't.
  bool was_rolled_back_ = false;
  bool was_kept_ = false;
  bool has_savepoint_ = false;  // in the transaction under way
  bool has_begun_ = false;      // that transaction, by what was answered since the last ReadyForQuery
  bool discards_ = false;       // DISCARD ALL, RESET ALL: said, and the answer isn't there
  bool resets_all_ = false;
  struct Notice {
    pgwire::SqlState state;
    std::string message;
    std::string_view hint;
  };
  std::optional<Notice> notice_;    // for the next message boundary
  std::uint8_t unfit_servers_ = 0;  // one after the other
  ClientStatements statements_;
  SettingsId settings_ = 0;
  SettingsId startup_settings_ = 0;
  std::vector<std::string> pending_settings_;  // SET in a transaction that hasn't ended
  std::string pinned_by_;
  std::string kept_team_;  // that acts with a server connection which is kept
  std::unique_ptr<ClientClaims> claims_;
  std::unique_ptr<BearerWatch> bearer_watch_;  // where an API token signed in
  std::unique_ptr<StatementTrail> trail_;
  std::unique_ptr<ConsoleSession> console_;
  std::chrono::steady_clock::time_point connected_;
};

}  // namespace art32::gateway
