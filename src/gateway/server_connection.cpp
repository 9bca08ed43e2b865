#include "gateway/server_connection.h"

#include <fmt/format.h>

#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/worker.h"
#include "pgwire/frontend.h"
#include "pgwire/sqlstate.h"

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
  const bool leaves_traces = is_touched_ && last_occupant_ != client.occupant();
  return !leaves_traces && settings_known_ && settings_ == client.settings();
}

bool ServerConnection::was_used_by(const ClientSession& client) const {
  return last_occupant_ == client.occupant();
}

bool ServerConnection::is_entered_for(const ClientSession& client) const {
  return client.claims() == nullptr || entry_.is_for(client.claims()->now().claim);
}

void ServerConnection::link(ClientSession& client) {
  ART32_ASSERT(state_ == State::idle && client_ == nullptr && conversation_.is_idle());
  state_ = State::linked;
  client_ = &client;
  is_new_to_client_ = last_occupant_ != client.occupant();
  const bool leaves_traces = is_touched_ && is_new_to_client_;
  const bool is_as_wanted = is_as_wanted_by(client);
  last_occupant_ = client.occupant();
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
  // A team that could put its own statements under our names would act for the next.
  const bool is_separated = pool_.database().entrance != nullptr;
  if (leaves_traces && (std::exchange(may_have_statements_, false) || is_separated)) {
    query("DEALLOCATE ALL");
    statements_.clear();
  }
  if (leaves_traces || !settings_known_) entry_.lose();  // the reset drops temporary tables
  const std::string& settings = book.sql(client.settings());
  if (!settings.empty()) query(settings);
  if (!conversation_.is_idle()) preparation_ = Preparation::settings;
  conversation_.set_resetting(leaves_traces);
  is_touched_ = is_touched_ && !leaves_traces;
  settings_known_ = true;
  settings_ = client.settings();
}

void ServerConnection::unlink() {
  ART32_ASSERT(state_ == State::linked);
  client_ = nullptr;
  // Nothing of the client's own ran yet, so the sequences' values are still another one's.
  if (is_new_to_client_) last_occupant_ = 0;
  is_refused_ = false;
  preparation_refusal_.reset();
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

// The answers to what was sent to prepare it are there. Whether those to something of the
// client's are there too.
bool ServerConnection::prepared() {
  const Preparation preparation = std::exchange(preparation_, Preparation::none);
  conversation_.set_resetting(false);
  const bool client_went_along = std::exchange(client_went_along_, false);
  ClientSession& client = *client_;
  if (const auto refusal = std::exchange(preparation_refusal_, nullptr)) {
    if (preparation == Preparation::settings)
      settings_known_ = false;  // not one of them holds, as they came in one Query
    else
      entry_.lose();
    client.fail({refusal->sqlstate, "", ""}, refusal->message, refusal->hint);
    return false;
  }
  if (preparation == Preparation::session && !entry_.has_session()) {
    poison("art32.session() doesn't name the session");
    return false;
  }
  if (!client_went_along) client.go_on();
  return client_went_along;
}

PreparationRefusal ServerConnection::refusal_of(const std::string& state, const std::string& message,
                                                const std::string& hint) const {
  switch (preparation_) {
    case Preparation::settings:
      return {state, "a setting of this session: " + message,
              hint.empty() ? "it stands among the start-up parameters, or in a SET" : hint};
    case Preparation::session:
      return {std::string(pgwire::sqlstate::not_in_prerequisite_state.code),
              fmt::format("database \"{}\" isn't prepared for tenants: {}", pool_.database().name, message),
              "run \"create extension art32\" there, or load pg/art32-plain.sql"};
    default:
      return {state, message, hint};
  }
}

// What failed before anything of the client's was sent: its settings are its own affair; if
// the reset failed (a time limit of the last client's can do that), another server will do.
void ServerConnection::own_statement_failed(const pgwire::DiagnosticView& error) {
  using pgwire::FieldCode;
  const std::string state(error.field(FieldCode::sqlstate).value_or(""));
  const std::string message(error.field(FieldCode::message).value_or(""));
  const bool is_refusal =
      preparation_ == Preparation::session || preparation_ == Preparation::entry ||
      (preparation_ == Preparation::settings && conversation_.pending() == 1 && settings_ != 0);
  if (is_refusal && error.field(FieldCode::severity_untranslated) == "ERROR") {
    const std::string hint(error.field(FieldCode::hint).value_or(""));
    preparation_refusal_ = std::make_unique<PreparationRefusal>(refusal_of(state, message, hint));
    return;
  }
  base::log_warning("a server connection couldn't be reset and was closed",
                    {{"database", pool_.database().name}, {"error", message}});
  const bool is_amid = serves_client();
  const bool was_preparing = std::exchange(preparation_, Preparation::none) != Preparation::none;
  ClientSession* client = std::exchange(client_, nullptr);
  end();
  pool_.server_gone(*this);
  if (client == nullptr) return;
  if (was_preparing && !is_amid)
    client->server_unfit();
  else
    client->server_lost("a statement of the gateway failed: " + message, false);
}

void ServerConnection::entry_was_refused(std::string_view why) {
  if (std::exchange(is_spent_, true)) return;
  base::log_warning("the database refused the entry of a claim, so that connection isn't lent again",
                    {{"database", pool_.database().name}, {"error", std::string(why)}});
}

void ServerConnection::ask_session() {
  conversation_.sent(Request::query, Owner::gateway);
  statements_.unnamed = 0;
  worker_.to_server().write([](base::Bytes& out) { pgwire::put_query(out, session_sql); });
  preparation_ = Preparation::session;
}

void ServerConnection::send_entry(const ClaimPointer& claim, bool closes_unnamed) {
  const base::Bytes entry =
      pool_.database().entrance->entry(claim.get(), entry_.session(), entry_.next_number());
  for (const Request request : {Request::parse, Request::bind, Request::execute})
    conversation_.sent(request, Owner::gateway);
  statements_.unnamed = 0;
  worker_.to_server().write([&](base::Bytes& out) { put_enter(out, entry); });
  if (closes_unnamed) {
    conversation_.sent(Request::close, Owner::gateway);
    worker_.to_server().write([](base::Bytes& out) {
      pgwire::put_close(out, {pgwire::ObjectKind::statement, ""});
    });
  }
  entry_.entered(claim);
  ++worker_.counters().entries;
}

// In plain SQL a ROLLBACK in that transaction would bring the team of before back. From
// PostgreSQL 18 on a Query behind an open batch is left open too, until a Sync.
bool ServerConnection::entry_may_be_joined(std::uint8_t message) const {
  if (entry_.goes_with_rollback()) return false;
  if (message != pgwire::frontend_type::query) return true;
  const auto version = facts_.parameters.find("server_version");
  if (version == facts_.parameters.end()) return false;
  constexpr std::uint64_t first_that_waits = 18;
  const std::string_view text = version->second;
  const auto major = base::parse_number(text.substr(0, text.find_first_not_of("0123456789")));
  return major && *major < first_that_waits;
}

void ServerConnection::enter_client(const ClaimPointer& claim, Company company, bool closes_unnamed) {
  ART32_ASSERT(conversation_.is_idle() && entry_.has_session());
  const bool sequences_stay = entry_.goes_with_rollback() && !entry_.is_of_team(claim);
  if (sequences_stay) {  // the extension forgets them itself
    conversation_.sent(Request::query, Owner::gateway);
    worker_.to_server().write([](base::Bytes& out) { pgwire::put_query(out, "DISCARD SEQUENCES"); });
  }
  send_entry(claim, closes_unnamed);
  if (company == Company::welcome) return;
  conversation_.sent(Request::sync, Owner::gateway);
  worker_.to_server().view(pgwire::sync_message);
  preparation_ = Preparation::entry;
  client_went_along_ = company == Company::begins;
}

void ServerConnection::enter_in_transaction(const ClaimPointer& claim, bool closes_unnamed) {
  ART32_ASSERT(conversation_.owes_nothing() && entry_.has_session());
  send_entry(claim, closes_unnamed);
  if (entry_.goes_with_rollback()) entry_.undone();  // a procedure may roll back, and nothing says so
}

// Something of the client's is lost with the connection, while that is being prepared.
bool ServerConnection::serves_client() const {
  if (client_went_along_ || conversation_.status() != pgwire::TransactionStatus::idle) return true;
  return client_ != nullptr && client_->keeps_its_server() && !is_new_to_client_;
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
  entry_.lose();
  if (conversation_.leaves_behind()) return forget_settings();  // something may be left again
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
  if (!acted) is_spent_ = true;
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
  const bool is_amid = serves_client();
  const bool was_preparing = std::exchange(preparation_, Preparation::none) != Preparation::none;
  ClientSession* client = std::exchange(client_, nullptr);
  pool_.server_gone(*this);
  if (client != nullptr && was_preparing && !is_amid) return client->server_unfit();
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
