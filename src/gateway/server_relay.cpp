// What a server sends: to its client, or to nobody where it answers a request of ours.
#include <algorithm>

#include "base/limits.h"
#include "gateway/client_session.h"
#include "gateway/own_answer.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/statement_trail.h"
#include "gateway/worker.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frontend.h"
#include "pgwire/sqlstate.h"

namespace art32::gateway {

namespace limits = base::limits;
using pgwire::Frame;
namespace type = pgwire::backend_type;

namespace {

bool is_needed_whole(std::uint8_t message) {
  return message == type::ready_for_query || message == type::command_complete ||
         message == type::error_response;
}

bool is_fatal(const pgwire::DiagnosticView& error) {
  const auto severity = error.field(pgwire::FieldCode::severity_untranslated);
  return severity == "FATAL" || severity == "PANIC";
}

// Of an error that is too long to be held: severity and SQLSTATE, which stand at its front.
constexpr std::size_t needed_of_error = 1'024;

base::Bytes beginning_of_error(base::ByteView body) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < body.size() && body[at] != 0;) {
    const auto closing = std::find(body.begin() + static_cast<std::ptrdiff_t>(at), body.end(), 0);
    if (closing == body.end()) break;
    at = end = static_cast<std::size_t>(closing - body.begin()) + 1;
  }
  base::Bytes fields(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(end));
  fields.push_back(0);
  return fields;
}

// What the functions of art32 say to whoever acts for no team, and of an entry that they don't
// believe: the next message enters anew.
bool ends_entry(std::string_view sqlstate) {
  return sqlstate == "42501" || sqlstate == "28000";
}

bool is_for_client(Answer answer) {
  return answer == Answer::to_client || answer == Answer::told;
}

bool is_last_word(base::ByteView message) {
  const auto error = pgwire::DiagnosticView::parse(message.subspan(pgwire::header_octets));
  return error && is_fatal(*error);
}

}  // namespace

void ServerConnection::relay(base::ByteView octets) {
  base::Bytes before = std::exchange(held_, {});
  if (!before.empty()) {
    base::append(before, octets);
    octets = before;
  }
  pool_.totals().sent_octets += octets.size();
  const std::size_t used = relay_messages(octets);
  if (state_ == State::gone) return worker_.to_client().clear();
  held_.assign(octets.begin() + static_cast<std::ptrdiff_t>(used), octets.end());
  if (client_ != nullptr) worker_.to_client().send(client_->leg());
  worker_.to_client().clear();
  if (client_ == nullptr) return answered_nobody();
  if (client_->leg().is_blocked()) leg_->pause();
  if (conversation_.take_needs_sync()) {
    if (client_->is_amid_message())  // it can't stand within that one
      return client_->fail(pgwire::sqlstate::query_canceled, "the claim couldn't be entered", "try again");
    conversation_.sent(Request::sync, Owner::client);
    leg_->send(base::ByteView(pgwire::sync_message));
  }
  if (conversation_.owes_nothing()) {
    if (is_preparing() && !prepared()) return;
    ClientSession& client = *client_;
    if (conversation_.is_idle()) client.server_is_idle();
    if (client.should_end()) client.end_if_idle();
    client.go_on();
  }
}

std::size_t ServerConnection::relay_messages(base::ByteView input) {
  std::size_t at = 0;
  while (at < input.size() && state_ != State::gone) {
    const base::ByteView rest = input.subspan(at);
    if (body_left_ > 0) {
      const std::size_t count = std::min<std::size_t>(body_left_, rest.size());
      forward(rest.first(count), body_answer_);
      body_left_ -= static_cast<std::uint32_t>(count);
      at += count;
      continue;
    }
    emit_due();
    const Frame frame = pgwire::read_frame(pgwire::Origin::backend, rest);
    if (frame.status == pgwire::FrameStatus::incomplete) break;
    if (frame.status == pgwire::FrameStatus::invalid) {
      poison(frame.reason);
      break;
    }
    const bool whole = rest.size() >= frame.octets;
    const bool is_session = preparation_ == Preparation::session && frame.type == type::data_row;
    if (!whole && (is_needed_whole(frame.type) || is_session) &&
        (frame.octets <= limits::gateway_held_octets || rest.size() < needed_of_error))
      break;
    const char first =
        rest.size() > pgwire::header_octets ? static_cast<char>(rest[pgwire::header_octets]) : '\0';
    Answer answer = conversation_.received(static_cast<char>(frame.type), first);
    if (answer == Answer::farewell)
      answer = whole && is_last_word(rest.first(frame.octets)) ? Answer::to_client : Answer::poison;
    if (answer == Answer::poison) {
      poison(fmt::format("message '{}' out of order", static_cast<char>(frame.type)));
      break;
    }
    const std::size_t there = whole ? frame.octets : rest.size();
    if (answer == Answer::refusal)
      worker_.to_client().write([&](base::Bytes& out) { base::append(out, std::exchange(refusal_, {})); });
    forward(rest.first(there), answer);
    body_left_ = frame.octets - static_cast<std::uint32_t>(there);
    body_answer_ = client_ != nullptr ? answer : Answer::ours;  // whoever comes now doesn't get the rest
    at += there;
    const base::ByteView body = rest.subspan(pgwire::header_octets, there - pgwire::header_octets);
    if (whole && is_session)
      entry_.take_session(body);
    else if (whole && is_needed_whole(frame.type))
      note_message(frame.type, body, answer);
    else if (frame.type == type::error_response)
      note_error(beginning_of_error(body), answer);
  }
  if (state_ != State::gone && body_left_ == 0 && at == input.size()) emit_due();
  return at;
}

void ServerConnection::forward(base::ByteView octets, Answer answer) {
  if (is_for_client(answer) && client_ != nullptr) worker_.to_client().view(octets);
}

// Answers of ours whose turn it is, and what else waits for a place between two messages.
void ServerConnection::emit_due() {
  if (client_ == nullptr) return;
  Request due{};
  while (conversation_.take_due(due))
    worker_.to_client().view(own_answer(due));
  if (client_->has_notice()) worker_.to_client().write([&](base::Bytes& out) { client_->put_notice(out); });
}

void ServerConnection::note_message(std::uint8_t message, base::ByteView body, Answer answer) {
  switch (message) {
    case type::ready_for_query:
      ++worker_.counters().requests;
      if (answer == Answer::to_client) count_query();
      if (answer == Answer::to_client && !std::exchange(is_refused_, false)) is_new_to_client_ = false;
      if (conversation_.has_skipped()) settle_statements();
      if (conversation_.status() == pgwire::TransactionStatus::idle) entry_.transaction_ended();
      if (client_ != nullptr && answer == Answer::to_client && client_->trail() != nullptr)
        client_->trail()->ready();
      if (client_ != nullptr && answer == Answer::to_client && conversation_.owes_nothing())
        client_->transaction_ended(conversation_.status());
      break;
    case type::command_complete:
      note_command(base::as_text(body.first(body.size() - 1)), answer);
      break;
    case type::error_response:
      note_error(body, answer);
      break;
    default:
      break;
  }
}

void ServerConnection::count_query() {
  const auto now = worker_.loop().now();
  PoolTotals& totals = pool_.totals();
  ++totals.queries;
  totals.query_time += std::chrono::duration_cast<std::chrono::microseconds>(now - asked_);
  asked_ = now;  // of the next one in a pipeline
  if (conversation_.status() != pgwire::TransactionStatus::idle) return;
  ++totals.transactions;
  totals.transaction_time += std::chrono::duration_cast<std::chrono::microseconds>(now - began_);
  began_ = now;
}

void ServerConnection::note_command(std::string_view tag, Answer answer) {
  if (client_ == nullptr || answer != Answer::to_client || tag.empty()) return;
  if (client_->trail() != nullptr) client_->trail()->completed(tag);
  client_->completed(tag);
  switch (tag.front()) {
    case 'R':
      if (tag == "ROLLBACK") entry_.undone();
      break;
    case 'D':
      if (tag.starts_with("DISCARD")) entry_.lose();
      if (tag == "DISCARD ALL") {
        session_was_discarded();
        client_->session_was_discarded(conversation_.leaves_behind());
      } else if (tag == "DEALLOCATE ALL") {
        statements_.doubt_all();
        if (conversation_.is_in_query()) client_->statements().clear();
      } else if (tag.starts_with("DROP ")) {
        pool_.schema_changed();
      }
      break;
    case 'A':
      if (tag.starts_with("ALTER ")) pool_.schema_changed();
      break;
    case 'C':
      if (tag.starts_with("CREATE ")) pool_.schema_changed();
      break;
    default:
      break;
  }
}

void ServerConnection::note_error(base::ByteView body, Answer answer) {
  const auto error = pgwire::DiagnosticView::parse(body);
  if (!error) return poison("malformed ErrorResponse");
  using pgwire::FieldCode;
  const bool ends_connection = is_fatal(*error);
  if (ends_connection) said_farewell_ = is_for_client(answer);
  const std::string message(error->field(FieldCode::message).value_or(""));
  const std::string sqlstate(error->field(FieldCode::sqlstate).value_or(""));
  const bool is_of_ours = answer == Answer::ours || answer == Answer::told;
  if (is_of_ours && sqlstate == pgwire::sqlstate::invalid_authorization.code) entry_was_refused(message);
  if (answer == Answer::ours) return own_statement_failed(*error);
  if (conversation_.has_skipped()) settle_statements();
  entry_.undone();
  if (ends_entry(sqlstate)) entry_.doubt();
  if (client_ != nullptr && client_->trail() != nullptr)
    client_->trail()->failed(answer == Answer::refusal ? refused_sqlstate_ : sqlstate);
  if (client_ != nullptr) client_->was_rolled_back();
  // Somebody changed the schema elsewhere: what is prepared is prepared anew.
  if (sqlstate == "0A000" && error->field(FieldCode::routine) == "RevalidateCachedQuery")
    pool_.plan_was_refused();
  // A function deallocated it, or anything else that can't be seen from here.
  if (sqlstate == "26000" && mentions_server_name(message)) statements_.doubt_all();
}

void ServerConnection::settle_statements() {
  const Conversation::Skipped skipped = conversation_.take_skipped();
  statements_.unnamed = 0;
  for (const StatementId id : skipped.statements)
    statements_.doubt(id);
  if (client_ != nullptr) client_->statements().take_back(skipped.tickets);
}

}  // namespace art32::gateway
