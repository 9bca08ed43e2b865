#include "gateway/server_connection.h"

#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/worker.h"
#include "pgwire/frontend.h"

namespace art32::gateway {

ServerConnection::ServerConnection(Worker& worker, Pool& pool) : worker_(worker), pool_(pool) {}

ServerConnection::~ServerConnection() = default;

void ServerConnection::open() {
  login_ = std::make_unique<ServerLogin>(worker_.loop(), pool_.database(), pool_.credential(),
                                         [this](auto outcome) { signed_in(std::move(outcome)); });
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
  opened_ = idle_since_ = worker_.loop().now();
  state_ = State::idle;
  pool_.server_ready(*this);
}

void ServerConnection::link(ClientSession& client) {
  ART32_ASSERT(state_ == State::idle && client_ == nullptr && conversation_.is_idle());
  state_ = State::linked;
  client_ = &client;
  is_new_to_client_ = last_client_ != client.number();
  const bool leaves_traces = is_touched_ && is_new_to_client_;
  const bool differs = !settings_known_ || settings_ != client.settings();
  last_client_ = client.number();
  if (!leaves_traces && !differs) return;
  // A reset also when only settings differ: what one list sets, the other may not name.
  const auto query = [&](std::string_view sql) {
    conversation_.sent(Request::query, Owner::gateway);
    worker_.to_server().write([&](base::Bytes& out) { pgwire::put_query(out, sql); });
  };
  if (leaves_traces || !settings_known_ || settings_ != 0) query(reset_sql());
  if (leaves_traces && std::exchange(may_have_statements_, false)) {
    query("DEALLOCATE ALL");
    statements_.clear();
  }
  const std::string& settings = worker_.settings_book().sql(client.settings());
  if (!settings.empty()) query(settings);
  is_touched_ = is_touched_ && !leaves_traces;
  settings_known_ = true;
  settings_ = client.settings();
}

void ServerConnection::unlink() {
  ART32_ASSERT(state_ == State::linked);
  client_ = nullptr;
  state_ = State::idle;
  idle_since_ = worker_.loop().now();
  leg_->resume();
}

void ServerConnection::session_was_discarded() {
  statements_.clear();
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
  ClientSession* client = std::exchange(client_, nullptr);
  pool_.server_gone(*this);
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
