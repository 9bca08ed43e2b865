#include "gateway/client_session.h"

#include "base/limits.h"
#include "base/log.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/worker.h"
#include "net/listening_socket.h"
#include "pgwire/diagnostic.h"

namespace art32::gateway {

namespace sqlstate = pgwire::sqlstate;
using pgwire::TransactionStatus;

ClientSession::ClientSession(Worker& worker, net::Descriptor socket, std::uint64_t number, bool is_local)
    : worker_(worker),
      number_(number),
      is_local_(is_local),
      leg_(worker.loop(), std::move(socket), *this),
      login_(std::make_unique<ClientLogin>(*this)) {}

ClientSession::~ClientSession() = default;

void ClientSession::on_octets(base::ByteView octets) {
  if (login_)
    login_->take(octets);
  else
    relay(octets);
}

void ClientSession::on_secured() {
  if (login_) login_->secured();
}

void ClientSession::on_drained() {
  if (server_ != nullptr) server_->resume();
}

void ClientSession::on_end(const net::StreamEnd&) {
  close();
}

void ClientSession::authenticated(Pool& pool, const Principal& principal, SettingsId settings) {
  pool_ = &pool;
  principal_ = &principal;
  settings_ = startup_settings_ = settings;
  passes_statements_ = pool.database().mode == PoolMode::session;
}

void ClientSession::welcomed() {
  worker_.bury(std::move(login_));
}

void ClientSession::link(ServerConnection& server) {
  server_ = &server;
  was_rolled_back_ = false;
  server.link(*this);
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

// Called when nothing is owed; also from within the server's own relay.
void ClientSession::server_is_idle() {
  if (server_ == nullptr || is_relaying_) return;
  if (passes_statements_ || !pinned_by_.empty()) return;
  if (body_left_ > 0 && body_goes_on_) return;  // half a message is with this server
  if (!server_->can_be_lent()) return;
  let_go();
}

// While it waits for a server there is nothing to cancel but the waiting.
void ClientSession::cancel() {
  if (server_ != nullptr) {
    if (!server_->conversation().owes_nothing()) worker_.cancel(*server_);
  } else if (is_queued) {
    fail(sqlstate::query_canceled, "cancelled while waiting for a server connection");
  }
}

bool ClientSession::may_be_plain() const {
  if (is_local_) return true;
  return worker_.settings()->plain_on_loopback && net::is_loopback_peer(leg_.descriptor());
}

void ClientSession::server_drained() {
  if (!waits_) leg_.resume();
}

void ClientSession::let_go() {
  ServerConnection& server = *std::exchange(server_, nullptr);
  server.unlink();
  pool_->release(server);
}

void ClientSession::transaction_ended(TransactionStatus status) {
  if (status != TransactionStatus::idle) {
    if (pool_->database().mode == PoolMode::statement)
      fail(sqlstate::feature_not_supported, "transactions of several statements can't run in statement mode",
           "set mode = \"transaction\" for this database");
    // Rolled back to a savepoint: which of the settings are left, only the server knows.
    if (status == TransactionStatus::in_transaction && std::exchange(was_rolled_back_, false) &&
        !pending_settings_.empty())
      pin("SET around a savepoint");
    return;
  }
  std::vector<std::string> statements = std::exchange(pending_settings_, {});
  const bool rolled_back = std::exchange(was_rolled_back_, false);
  if (statements.empty()) return;
  // What the server has now is known only if all of it was committed.
  if (rolled_back) return server_->forget_settings();
  for (const std::string& statement : statements) {
    const auto after = worker_.settings_book().after(settings_, statement);
    if (!after) return pin("SET");
    settings_ = *after;
    if (SettingsBook::is_reset(statement)) server_->forget_settings();
  }
  server_->applied(settings_);
}

void ClientSession::session_was_discarded() {
  statements_.clear();
  pending_settings_.clear();
  settings_ = startup_settings_;
  pinned_by_.clear();
}

void ClientSession::pin(std::string_view word) {
  if (passes_statements_ || !pinned_by_.empty()) return;
  pinned_by_ = word;
  notice_due_ = true;
  ++worker_.counters().pinned;
}

void ClientSession::put_notice(base::Bytes& target) {
  notice_due_ = false;
  pgwire::put_notice_response(target,
                              {pgwire::Severity::notice,
                               sqlstate::successful_completion,
                               "this session now keeps its server connection, because of " + pinned_by_,
                               {},
                               "it is given back at the end of the session, or by DISCARD ALL"});
}

void ClientSession::fail(const pgwire::SqlState& state, std::string_view message, std::string_view hint) {
  if (is_closed_) return;
  if (server_ == nullptr || server_->is_at_boundary()) {
    worker_.to_client().send(leg_);
    base::Bytes farewell;
    pgwire::put_error_response(farewell, {pgwire::Severity::fatal, state, message, {}, hint});
    const base::ByteView pieces[] = {farewell};
    leg_.send(pieces);
  }
  ++worker_.counters().failed_sessions;
  close();
}

void ClientSession::close() {
  if (std::exchange(is_closed_, true)) return;
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
  worker_.remove(*this);
}

}  // namespace art32::gateway
