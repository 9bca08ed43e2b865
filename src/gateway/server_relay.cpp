// What a server sends: to its client, or to nobody where it answers a request of ours.
#include <algorithm>

#include "base/limits.h"
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/worker.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frontend.h"

namespace art32::gateway {

namespace limits = base::limits;
using pgwire::Frame;
namespace type = pgwire::backend_type;

namespace {

bool is_needed_whole(std::uint8_t message) {
  return message == type::ready_for_query || message == type::command_complete ||
         message == type::error_response;
}

}  // namespace

void ServerConnection::relay(base::ByteView octets) {
  base::Bytes before = std::exchange(held_, {});
  if (!before.empty()) {
    base::append(before, octets);
    octets = before;
  }
  const std::size_t used = relay_messages(octets);
  if (state_ == State::gone) return worker_.to_client().clear();
  held_.assign(octets.begin() + static_cast<std::ptrdiff_t>(used), octets.end());
  if (client_ != nullptr) worker_.to_client().send(client_->leg());
  worker_.to_client().clear();
  if (client_ == nullptr) return;
  if (client_->leg().is_blocked()) leg_->pause();
  if (conversation_.owes_nothing()) {
    ClientSession& client = *client_;
    if (conversation_.is_idle()) client.server_is_idle();
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
    if (!whole && is_needed_whole(frame.type) && frame.octets <= limits::gateway_held_octets) break;
    const char first =
        rest.size() > pgwire::header_octets ? static_cast<char>(rest[pgwire::header_octets]) : '\0';
    const Answer answer = conversation_.received(static_cast<char>(frame.type), first);
    if (answer == Answer::poison) {
      poison(fmt::format("message '{}' out of order", static_cast<char>(frame.type)));
      break;
    }
    const std::size_t there = whole ? frame.octets : rest.size();
    forward(rest.first(there), answer);
    body_left_ = frame.octets - static_cast<std::uint32_t>(there);
    body_answer_ = answer;
    at += there;
    if (whole && is_needed_whole(frame.type))
      note_message(frame.type, rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets),
                   answer);
  }
  if (state_ != State::gone && body_left_ == 0 && at == input.size()) emit_due();
  return at;
}

void ServerConnection::forward(base::ByteView octets, Answer answer) {
  if (answer == Answer::to_client && client_ != nullptr) worker_.to_client().view(octets);
}

// Answers of ours whose turn it is, and what else waits for a place between two messages.
void ServerConnection::emit_due() {
  if (client_ == nullptr) return;
  char due = 0;
  while (conversation_.take_due(due))
    worker_.to_client().view(due == '1' ? base::ByteView(pgwire::parse_complete_message)
                                        : base::ByteView(pgwire::close_complete_message));
  if (client_->has_notice()) worker_.to_client().write([&](base::Bytes& out) { client_->put_notice(out); });
}

void ServerConnection::note_message(std::uint8_t message, base::ByteView body, Answer answer) {
  switch (message) {
    case type::ready_for_query:
      ++worker_.counters().requests;
      is_new_to_client_ = is_new_to_client_ && answer != Answer::to_client;
      if (conversation_.has_skipped()) settle_statements();
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

void ServerConnection::note_command(std::string_view tag, Answer answer) {
  if (client_ == nullptr || answer != Answer::to_client || tag.empty()) return;
  switch (tag.front()) {
    case 'D':
      if (tag == "DISCARD ALL") {
        session_was_discarded();
        client_->session_was_discarded();
      } else if (tag == "DEALLOCATE ALL") {
        statements_.clear();
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
    case 'R':
      if (tag == "ROLLBACK") client_->was_rolled_back();
      break;
    default:
      break;
  }
}

void ServerConnection::note_error(base::ByteView body, Answer answer) {
  const auto error = pgwire::DiagnosticView::parse(body);
  if (!error) return poison("malformed ErrorResponse");
  using pgwire::FieldCode;
  const auto severity = error->field(FieldCode::severity_untranslated);
  if (severity == "FATAL" || severity == "PANIC") said_farewell_ = answer == Answer::to_client;
  if (answer == Answer::ours)
    return poison("a statement of ours failed: " +
                  std::string(error->field(FieldCode::message).value_or("")));
  if (conversation_.has_skipped()) settle_statements();
  if (client_ != nullptr) client_->was_rolled_back();
  // Somebody changed the schema elsewhere: what is prepared is prepared anew where it is asked for.
  if (error->field(FieldCode::sqlstate) == "0A000" &&
      error->field(FieldCode::routine) == "RevalidateCachedQuery")
    pool_.schema_changed();
}

void ServerConnection::settle_statements() {
  const Conversation::Skipped skipped = conversation_.take_skipped();
  for (const std::uint32_t id : skipped.parses) {
    statements_.erase(id);
    if (statements_.unnamed == id) statements_.unnamed = 0;
  }
  for (const std::uint32_t id : skipped.closes)
    statements_.add(id, 0);
  if (client_ != nullptr)
    for (const std::uint32_t id : skipped.client_parses)
      client_->statement_failed(id);
}

}  // namespace art32::gateway
