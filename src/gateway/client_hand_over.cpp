// How a session leaves this process for the next one, and how it comes.
#include "gateway/client_session.h"
#include "gateway/console_session.h"
#include "gateway/handed_client.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/statement_trail.h"
#include "gateway/worker.h"

namespace art32::gateway {

namespace sqlstate = pgwire::sqlstate;

// Nothing of it is under way, and nothing of it can't go along: keys of TLS live in the
// process, and what staff do needs the ledger of one.
bool ClientSession::can_be_handed_over() const {
  if (is_closed_ || is_relaying_ || login_ || console_ || trail_ || leg_.has_tls()) return false;
  if (server_ != nullptr || pool_->is_dedicated() || is_queued || waits_ || notice_ || !pinned_by_.empty())
    return false;
  if (claims_ && (claims_->is_of_transaction() || claims_->bound)) return false;
  return body_left_ == 0 && !skips_to_sync_ && pending_settings_.empty();
}

HandedClient ClientSession::hand_over() {
  const SettingsBook& book = worker_.settings_book();
  HandedClient client;
  client.is_local = is_local_;
  client.database = pool_->database().name;
  client.principal = principal_->name;
  if (principal_->is_looked_up) client.looked_up_as = principal_->server_role;
  client.cancel_id = cancel_id;
  client.cancel_key = cancel_key;
  client.connected = connected_;
  client.startup_settings = book.settings(startup_settings_);
  client.settings = book.settings(settings_);
  statements_.each([&](const std::string& name, const Statement& statement) {
    client.statements.push_back({name, statement.content, book.view_text(statement.name_view)});
  });
  if (claims_) {
    client.log_in_claim = claims_->log_in();
    client.claim = claims_->now();
    if (claims_->settings_of_all) client.settings_of_all = book.settings(*claims_->settings_of_all);
  }
  client.keys = pool_->keys();
  net::Stream::Released released = leg_.release();
  client.socket = std::move(released.socket);
  client.received = std::move(held_);
  base::append(client.received, released.unread);
  client.unsent = std::move(released.unsent);
  close();
  return client;
}

void ClientSession::resume(HandedClient client) {
  worker_.bury(std::move(login_));
  cancel_id = client.cancel_id;
  cancel_key = std::move(client.cancel_key);
  connected_ = client.connected;
  const auto database = find_database(worker_.settings(), client.database);
  auto principal = find_principal(worker_.settings(), client.principal);
  if (!principal && !client.looked_up_as.empty() && database && database->auth_query)
    principal = found_principal(*database->auth_query, client.principal, client.looked_up_as);
  if (!database || !principal || principal->statement_log)
    return fail(sqlstate::admin_shutdown, "this user or database isn't configured any more", "connect again");
  SettingsBook& book = worker_.settings_book();
  const auto startup = book.add(std::move(client.startup_settings));
  if (startup) startup_settings_ = *startup;  // in use from here on
  const auto now = startup ? book.add(std::move(client.settings)) : startup;
  if (!now) return fail(sqlstate::admin_shutdown, "the session's settings have no room", "connect again");
  Pool& pool = worker_.pool(database, principal);
  if (client.keys && principal->server_password.size() == 0) pool.learn_keys(std::move(*client.keys));
  authenticated(pool, principal, *startup);
  settings_ = *now;
  if (claims_) {
    const ClientClaims::Standing& log_in = client.log_in_claim;
    begin_claims(log_in);
    const bool is_bearing = log_in.claim && log_in.claim->actor.kind == model::ActorKind::token &&
                            log_in.end == std::chrono::steady_clock::time_point::max();
    if (is_bearing) begin_bearing({log_in.claim->team, log_in.claim->actor});
    claims_->set(client.claim, ClaimStatement::Scope::session, false);
    if (client.settings_of_all) {
      const auto of_all = book.add(std::move(*client.settings_of_all));
      if (!of_all)
        return fail(sqlstate::admin_shutdown, "the session's settings have no room", "connect again");
      claims_->settings_of_all = *of_all;
    }
  }
  for (const HandedClient::Named& statement : client.statements)
    statements_.set(statement.name, worker_.statements().find_or_add(base::as_bytes(statement.content),
                                                                     book.view_named(statement.view)));
  if (!client.unsent.empty()) leg_.send(client.unsent);
  if (!client.received.empty()) relay(client.received);
  if (!is_closed_ && server_ == nullptr) worker_.is_idle(*this);
}

}  // namespace art32::gateway
