#include "gateway/client_session.h"

#include "base/limits.h"
#include "base/log.h"
#include "crypto/random.h"
#include "gateway/bearer_watch.h"
#include "gateway/console_session.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/statement_trail.h"
#include "gateway/worker.h"
#include "net/listening_socket.h"
#include "pgwire/diagnostic.h"

namespace art32::gateway {

namespace sqlstate = pgwire::sqlstate;
using pgwire::TransactionStatus;

namespace {

constexpr std::uint8_t most_unfit_servers = 5;

}  // namespace

ClientSession::ClientSession(Worker& worker, net::Descriptor socket, std::uint64_t number, bool is_local,
                             const std::string& address)
    : worker_(worker),
      number_(number),
      occupant_(worker.next_occupant()),
      is_local_(is_local),
      owned_leg_(std::make_unique<net::Leg>(worker.loop(), std::move(socket), *this)),
      leg_(*owned_leg_),
      login_(std::make_unique<ClientLogin>(*this, address)),
      connected_(worker.loop().now()) {}

ClientSession::~ClientSession() = default;

void ClientSession::on_octets(base::ByteView octets) {
  if (is_closed_) return;  // it is gone at the end of the turn
  if (login_)
    login_->take(octets);
  else if (console_)
    console_->take(octets);
  else
    relay(octets);
}

void ClientSession::on_secured() {
  if (login_) login_->secured();
}

void ClientSession::on_drained() {
  if (server_ != nullptr) server_->resume();
  read_on();
}

// Unless something that this client asked for has nowhere to go.
void ClientSession::read_on() {
  if (waits_ || is_closed_ || leg_.is_blocked()) return;
  if (server_ == nullptr || !server_->leg().is_blocked()) leg_.resume();
}

void ClientSession::on_end(const net::StreamEnd&) {
  close();
}

void ClientSession::authenticated(Pool& pool, std::shared_ptr<const Principal> principal,
                                  SettingsId settings) {
  pool_ = &pool;
  principal_ = std::move(principal);
  settings_ = startup_settings_ = settings;
  keeps_server_ = pool.database().mode == PoolMode::session || pool.is_dedicated();
  passes_statements_ = keeps_server_;
  see_to_claims();
}

void ClientSession::log_statements(const Principal& principal, std::string application,
                                   std::vector<std::string> settings) {
  StatementAuthor author{principal.name,
                         principal.server_role,
                         pool_->database().name,
                         std::move(application),
                         std::move(settings),
                         peer(),
                         base::hex(crypto::random_bytes(8))};
  passes_statements_ = pool_->is_dedicated();  // else the names are ours, and so we know the texts
  const auto text_of = [this](std::string_view name) -> std::optional<std::string_view> {
    const StatementPointer* const found = statements_.find(name);
    if (found == nullptr) return std::nullopt;
    return (*found)->sql();
  };
  trail_ = std::make_unique<StatementTrail>(principal.statement_log, worker_.mailbox(), std::move(author),
                                            text_of, [this] { go_on(); });
}

// A message of staff that makes the server do something: not before its record is sealed.
ClientSession::Step ClientSession::log_first(const pgwire::Frame& frame, base::ByteView rest) {
  if (frame.octets > base::limits::gateway_held_octets) {
    fail(sqlstate::configuration_limit_exceeded, "this statement is too long to be logged, so it can't run",
         "statements of staff are logged whole, with their parameters, before they run");
    return Step::closed;
  }
  if (rest.size() < frame.octets) return Step::more;
  switch (
      trail_->before(frame.type, rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets))) {
    case StatementTrail::Verdict::go:
      return Step::next;
    case StatementTrail::Verdict::wait:
      return Step::wait;
    case StatementTrail::Verdict::refuse:
      break;
  }
  const StatementTrail::Refusal& refusal = trail_->refusal();
  fail(refusal.state, refusal.why, refusal.hint);
  return Step::closed;
}

void ClientSession::open_console(const Principal& principal) {
  console_ = std::make_unique<ConsoleSession>(*this, principal.name);
  console_->greet();
}

std::string ClientSession::peer() const {
  return net::peer_place(leg_.descriptor());
}

void ClientSession::welcomed() {
  worker_.bury(std::move(login_));
  worker_.logged_in(*this);
  if (should_end()) return end_if_idle();
  worker_.is_idle(*this);
}

void ClientSession::link(ServerConnection& server) {
  server_ = &server;
  was_rolled_back_ = was_kept_ = false;
  server.note_asked(worker_.loop().now());
  server.link(*this);
  if (keeps_server_) server.mark_touched(ServerConnection::Trace::statements);  // nobody looks
}

void ClientSession::server_assigned(ServerConnection& server) {
  if (login_) {
    login_->server_came(server);
    return;
  }
  link(server);
  go_on();
}

void ClientSession::server_refused(const pgwire::SqlState& state, const std::string& why,
                                   const std::string& hint) {
  fail(state, why, hint);
}

void ClientSession::server_lost(const std::string& why, bool told) {
  server_ = nullptr;
  if (told)
    close();
  else
    fail(sqlstate::connection_failure, why,
         "the transaction is lost; connect again, the server may be restarting or failing over");
}

void ClientSession::server_unfit() {
  if (++unfit_servers_ > most_unfit_servers)
    return server_lost("the servers end their connections before they can be used", false);
  server_ = nullptr;
  go_on();
}

bool ClientSession::should_end() const {
  return worker_.is_draining() || (worker_.staff() == Staff::leaving && needs_ledger());
}

void ClientSession::end_if_idle() {
  if (server_ != nullptr && !server_->conversation().is_idle()) return;
  fail(sqlstate::admin_shutdown, "the gateway is shutting down", "connect again");
}

// Called when nothing is owed; also from within the server's own relay.
void ClientSession::server_is_idle() {
  if (server_ == nullptr || is_relaying_ || server_->is_preparing()) return;
  if (waits_for_answers_ && !server_->is_spent()) return;
  if (keeps_server_ || !pinned_by_.empty()) return;
  if (body_left_ > 0 && body_goes_on_) return;  // half a message is with this server
  if (!server_->can_be_lent()) return;
  let_go();
}

bool ClientSession::may_be_plain() const {
  if (is_local_) return true;
  return worker_.settings()->plain_on_loopback && net::is_loopback_peer(leg_.descriptor());
}

void ClientSession::server_drained() {
  read_on();
}

void ClientSession::let_go() {
  ServerConnection& server = *std::exchange(server_, nullptr);
  server.unlink();
  pool_->release(server);
  worker_.is_idle(*this);
}

// A command's tag, of this client's.
void ClientSession::completed(std::string_view tag) {
  if (tag == "SAVEPOINT") has_savepoint_ = true;
  if (tag == "BEGIN" || tag == "START TRANSACTION") has_begun_ = true;
  const bool ends_block = tag == "COMMIT" || (tag == "ROLLBACK" && !has_savepoint_);
  if (ends_block || tag == "PREPARE TRANSACTION") has_begun_ = false;
  if (tag == "ROLLBACK")
    was_rolled_back_ = true;
  else if (tag == "COMMIT" || was_rolled_back_)
    was_kept_ = true;
}

void ClientSession::transaction_ended(TransactionStatus status) {
  has_begun_ = discards_ = false;
  if (status != TransactionStatus::idle) {
    if (pool_->database().mode == PoolMode::statement && !pool_->is_dedicated())
      fail(sqlstate::feature_not_supported, "transactions of several statements can't run in statement mode",
           "set mode = \"transaction\" for this database");
    // Rolled back to a savepoint: which of the settings are left, only the server knows.
    if (status == TransactionStatus::in_transaction && std::exchange(was_rolled_back_, false) &&
        !pending_settings_.empty())
      pin("SET around a savepoint");
    return;
  }
  unfit_servers_ = 0;
  has_savepoint_ = false;
  const bool was_rolled_back = std::exchange(was_rolled_back_, false);
  const bool was_kept = std::exchange(was_kept_, false);
  settle_settings(was_rolled_back, was_kept);
  const bool resets_all = std::exchange(resets_all_, false);
  if (!claims_) return;
  if (resets_all) {
    if (!was_rolled_back)
      discard_claims();
    else if (was_kept)
      forget_claim();  // whether it was reset, only the server knows
  }
  claims_->bound.reset();
  if (!claims_->is_of_transaction()) return;
  const ClaimPointer before = claims_->now().claim;
  if (was_rolled_back && was_kept) claims_->forget();  // which of them holds, only the server knows
  claims_->transaction_ended(was_rolled_back);
  team_may_have_changed(before);
}

// What was SET in the transaction that has ended holds from here on, or doesn't.
void ClientSession::settle_settings(bool was_rolled_back, bool was_kept) {
  const std::vector<std::string> statements = std::exchange(pending_settings_, {});
  if (statements.empty()) return;
  if (was_rolled_back) {
    server_->forget_settings();
    if (was_kept) pin("SET around a ROLLBACK");  // which of them hold, only the server knows
    return;
  }
  for (const std::string& statement : statements) {
    const auto after = worker_.settings_book().after(settings_, statement);
    if (!after) return pin("SET");
    settings_ = *after;
    if (SettingsBook::is_reset(statement)) server_->forget_settings();
  }
  server_->applied(settings_);
}

// Where something was pipelined behind it, only what can't be that one's is gone.
void ClientSession::session_was_discarded(bool leaves_behind) {
  if (leaves_behind) return discard_claims();
  statements_.clear();
  pending_settings_.clear();
  settings_ = startup_settings_;
  pinned_by_.clear();
  kept_team_.clear();
  discard_claims();
}

void ClientSession::discard_claims() {
  if (!claims_) return;
  const ClaimPointer before = claims_->now().claim;
  claims_->discard();
  team_may_have_changed(before);
}

void ClientSession::pin(std::string_view word) {
  if (keeps_server_ || !pinned_by_.empty()) return;
  pinned_by_ = word;
  if (claims_) kept_team_ = team_of(claims_->now().claim);
  notice_ = Notice{sqlstate::successful_completion,
                   "this session now keeps its server connection, because of " + pinned_by_,
                   "it is given back at the end of the session, or by DISCARD ALL"};
  ++worker_.counters().pinned;
}

void ClientSession::put_notice(base::Bytes& target) {
  const auto notice = std::exchange(notice_, std::nullopt);
  const bool is_warning = !(notice->state == sqlstate::successful_completion);
  pgwire::put_notice_response(target, {is_warning ? pgwire::Severity::warning : pgwire::Severity::notice,
                                       notice->state,
                                       notice->message,
                                       {},
                                       notice->hint});
}

void ClientSession::fail(const pgwire::SqlState& state, std::string_view message, std::string_view hint,
                         std::string_view detail) {
  if (is_closed_) return;
  if (server_ == nullptr || server_->is_at_boundary()) {
    worker_.to_client().send(leg_);
    base::Bytes farewell;
    pgwire::put_error_response(farewell, {pgwire::Severity::fatal, state, message, detail, hint});
    const base::ByteView pieces[] = {farewell};
    leg_.send(pieces);
    worker_.say_farewell(std::move(owned_leg_));
  }
  ++worker_.counters().failed_sessions;
  close();
}

void ClientSession::close() {
  if (std::exchange(is_closed_, true)) return;
  if (login_) login_->abandon();
  // It may be what closes the session.
  if (bearer_watch_) worker_.bury(std::move(bearer_watch_));
  if (is_queued) pool_->forget(*this);
  if (server_ != nullptr) {
    ServerConnection& server = *std::exchange(server_, nullptr);
    const bool clean = server.can_be_lent() && !(body_left_ > 0 && body_goes_on_);
    server.unlink();
    if (clean)
      pool_->release(server);
    else
      pool_->abandon(server);
  }
  if (pool_ != nullptr && pool_->is_dedicated()) pool_->shut();
  worker_.remove(*this);
}

}  // namespace art32::gateway
