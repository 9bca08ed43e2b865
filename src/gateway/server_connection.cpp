#include "gateway/server_connection.h"

#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/worker.h"
#include "pgwire/frontend.h"

namespace art32::gateway {

ServerConnection::ServerConnection(Worker& worker, Pool& pool) : worker_(worker), pool_(pool) {}

ServerConnection::~ServerConnection() = default;

void ServerConnection::open() {
  configuration_ = pool_.configuration();
  login_ = std::make_unique<ServerLogin>(worker_.loop(), worker_.resolver(), pool_.shared_database(),
                                         pool_.credential(), pool_.last_host(),
                                         [this](auto outcome) { signed_in(std::move(outcome)); });
  if (pool_.is_dedicated()) {
    login_->set_parameters(*pool_.parameters());
    conversation_.begin_replication();
  }
  login_->start();
}

void ServerConnection::signed_in(base::Result<ServerLogin::Outcome> outcome) {
  worker_.bury(std::move(login_));
  if (!outcome) {
    state_ = State::gone;
    pool_.server_failed(*this, outcome.error());
    return;
  }
  leg_ = std::move(outcome->leg);
  leg_->set_handler(*this);
  facts_ = std::move(outcome->facts);
  target_ = std::move(outcome->target);
  opened_ = idle_since_ = worker_.loop().now();
  state_ = State::idle;
  pool_.server_ready(*this);
}

bool ServerConnection::is_as_wanted_by(const ClientSession& client) const {
  const bool leaves_traces = is_touched_ && last_client_ != client.number();
  return !leaves_traces && settings_known_ && settings_ == client.settings();
}

void ServerConnection::link(ClientSession& client) {
  ART32_ASSERT(state_ == State::idle && client_ == nullptr && conversation_.is_idle());
  state_ = State::linked;
  client_ = &client;
  is_new_to_client_ = last_client_ != client.number();
  const bool leaves_traces = is_touched_ && is_new_to_client_;
  const bool is_as_wanted = is_as_wanted_by(client);
  last_client_ = client.number();
  if (is_as_wanted) return;
  const SettingsBook& book = worker_.settings_book();
  const auto query = [&](std::string_view sql) {
    conversation_.sent(Request::query, Owner::gateway);
    statements_.unnamed = 0;  // a Query ends it
    worker_.to_server().write([&](base::Bytes& out) { pgwire::put_query(out, sql); });
  };
  if (leaves_traces || !settings_known_)
    query(reset_sql());
  else if (!book.covers(client.settings(), settings_))
    query(reset_settings_sql());  // what one list sets, the other may not name
  if (leaves_traces && std::exchange(may_have_statements_, false)) {
    query("DEALLOCATE ALL");
    statements_.clear();
  }
  const std::string& settings = book.sql(client.settings());
  if (!settings.empty()) query(settings);
  is_preparing_ = !conversation_.is_idle();
  is_touched_ = is_touched_ && !leaves_traces;
  settings_known_ = true;
  settings_ = client.settings();
}

void ServerConnection::unlink() {
  ART32_ASSERT(state_ == State::linked);
  client_ = nullptr;
  // Nothing of the client's own ran yet, so the sequences' values are still another one's.
  if (is_new_to_client_) last_client_ = 0;
  is_refused_ = false;
  settings_refusal_.reset();
  state_ = State::idle;
  idle_since_ = worker_.loop().now();
  leg_->resume();
}

void ServerConnection::refuse_with(base::Bytes error, std::string_view sqlstate) {
  ART32_ASSERT(conversation_.owes_nothing());
  refusal_ = std::move(error);
  refused_sqlstate_ = sqlstate;
  is_refused_ = true;
}

// The answers to what link() sent are there.
void ServerConnection::prepared() {
  is_preparing_ = false;
  ClientSession& client = *client_;
  const auto refusal = std::exchange(settings_refusal_, nullptr);
  if (!refusal) return client.go_on();
  // Not one of them holds, as they came in one Query.
  settings_known_ = false;
  client.fail({refusal->sqlstate, "", ""}, "a setting of this session: " + refusal->message,
              refusal->hint.empty() ? "it stands among the start-up parameters, or in a SET" : refusal->hint);
}

// What failed before anything of the client's was sent: its settings are its own affair; if
// the reset failed (a time limit of the last client's can do that), another server will do.
void ServerConnection::own_statement_failed(const pgwire::DiagnosticView& error) {
  using pgwire::FieldCode;
  const std::string state(error.field(FieldCode::sqlstate).value_or(""));
  const std::string message(error.field(FieldCode::message).value_or(""));
  const bool is_of_settings = is_preparing_ && conversation_.pending() == 1 && settings_ != 0;
  if (is_of_settings && error.field(FieldCode::severity_untranslated) == "ERROR") {
    settings_refusal_ = std::make_unique<SettingsRefusal>(
        SettingsRefusal{state, message, std::string(error.field(FieldCode::hint).value_or(""))});
    return;
  }
  base::log_warning("a server connection couldn't be reset and was closed",
                    {{"database", pool_.database().name}, {"error", message}});
  const bool was_preparing = std::exchange(is_preparing_, false);
  ClientSession* client = std::exchange(client_, nullptr);
  end();
  pool_.server_gone(*this);
  if (client == nullptr) return;
  if (was_preparing)
    client->server_unfit();
  else
    client->server_lost("a statement of the gateway failed: " + message, false);
}

bool ServerConnection::looks_alive() const {
  return worker_.loop().now() - idle_since_ < base::limits::gateway_look_after || leg_->is_quiet();
}

void ServerConnection::check() {
  is_checking_ = true;
  checked_ = worker_.loop().now();
  conversation_.sent(Request::sync, Owner::gateway);
  leg_->send(base::ByteView(pgwire::sync_message));
}

void ServerConnection::answered_nobody() {
  if (!is_checking_ || !conversation_.is_idle()) return;
  is_checking_ = false;
  checked_ = worker_.loop().now();
  pool_.server_checked(*this);
}

void ServerConnection::session_was_discarded() {
  statements_.doubt_all();
  is_touched_ = may_have_statements_ = false;
  settings_known_ = true;
  settings_ = 0;
}

std::weak_ptr<void> ServerConnection::cancel_started() {
  ++cancels_;
  return alive_;
}

void ServerConnection::cancel_ended(bool acted) {
  ART32_ASSERT(cancels_ > 0);
  if (!acted) may_be_cancelled_ = true;
  if (--cancels_ == 0 && client_ != nullptr && conversation_.is_idle()) client_->server_is_idle();
}

void ServerConnection::end() {
  if (state_ == State::gone) return;
  if (leg_ && !is_poisoned_) {
    const base::ByteView farewell[] = {pgwire::terminate_message};
    leg_->send(farewell);
  }
  state_ = State::gone;
}

void ServerConnection::on_drained() {
  if (client_ != nullptr) client_->server_drained();
}

void ServerConnection::on_octets(base::ByteView octets) {
  if (state_ != State::gone) relay(octets);
}

void ServerConnection::on_end(const net::StreamEnd& end) {
  if (state_ == State::gone) return;
  state_ = State::gone;
  const bool cut_message = body_left_ > 0;  // nothing of ours may stand within it
  const bool was_preparing = std::exchange(is_preparing_, false);
  ClientSession* client = std::exchange(client_, nullptr);
  pool_.server_gone(*this);
  if (client != nullptr && was_preparing) return client->server_unfit();
  if (client != nullptr)
    client->server_lost("the connection to the server ended: " + end.text(), said_farewell_ || cut_message);
}

void ServerConnection::poison(std::string_view why) {
  if (std::exchange(is_poisoned_, true)) return;
  ++worker_.counters().poisoned;
  base::log_error("a server connection was closed: its answers can't be explained",
                  {{"database", pool_.database().name}, {"why", std::string(why)}});
  state_ = State::gone;
  ClientSession* client = std::exchange(client_, nullptr);
  pool_.server_gone(*this);
  if (client != nullptr)
    client->server_lost("the server's answers can't be explained, so the connection was closed", false);
}

}  // namespace art32::gateway
