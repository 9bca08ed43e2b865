// What a client sends, once signed in: each message's way to a server.
#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "gateway/client_session.h"
#include "gateway/frame_body.h"
#include "gateway/own_answer.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/statement_trail.h"
#include "gateway/worker.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frontend.h"
#include "pgwire/rename.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;
using pgwire::Frame;
using pgwire::TransactionStatus;
namespace type = pgwire::frontend_type;

namespace {

bool is_whole(const Frame& frame, base::ByteView rest) {
  return rest.size() >= frame.octets;
}

// DEALLOCATE of what the server has under our names, as far as can be seen.
bool deallocates_ours(std::string_view sql) {
  Deallocation deallocation;
  return !parse_deallocate(sql, deallocation) || deallocation.everything ||
         looks_like_server_name(deallocation.name);
}

}  // namespace

void ClientSession::relay(base::ByteView octets) {
  ART32_ASSERT(!is_relaying_);
  if (waits_) return base::append(held_, octets);
  is_relaying_ = true;
  base::Bytes before = std::exchange(held_, {});
  if (!before.empty()) {
    base::append(before, octets);
    octets = before;
  }
  if (server_ != nullptr && server_->conversation().owes_nothing()) server_->note_asked(worker_.loop().now());
  const std::size_t used = relay_messages(octets);
  pool_->totals().received_octets += used;
  flush();
  if (!is_closed_) held_.assign(octets.begin() + static_cast<std::ptrdiff_t>(used), octets.end());
  is_relaying_ = false;
  if (is_closed_) return;
  // What was waited for may have been answers of ours, which just went.
  if (waits_for_answers_ && server_ != nullptr && server_->conversation().owes_nothing()) return go_on();
  if (waits_ || leg_.is_blocked() || (server_ != nullptr && server_->leg().is_blocked())) leg_.pause();
  if (server_ != nullptr && server_->conversation().is_idle()) server_is_idle();
}

// What the messages waited for has come.
void ClientSession::go_on() {
  if (!waits_ || is_closed_) return;
  waits_ = waits_for_answers_ = false;
  relay({});
  read_on();
}

std::size_t ClientSession::relay_messages(base::ByteView input) {
  std::size_t at = 0;
  while (at < input.size() && !is_closed_) {
    const base::ByteView rest = input.subspan(at);
    if (body_left_ > 0) {
      const std::size_t count = std::min<std::size_t>(body_left_, rest.size());
      if (body_goes_on_ && server_ != nullptr) worker_.to_server().view(rest.first(count));
      body_left_ -= static_cast<std::uint32_t>(count);
      at += count;
      continue;
    }
    const Frame frame = pgwire::read_frame(pgwire::Origin::frontend, rest);
    if (frame.status == pgwire::FrameStatus::incomplete) break;
    if (frame.status == pgwire::FrameStatus::invalid) {
      violate(frame.reason);
      break;
    }
    std::size_t used = 0;
    const Step step = relay_message(frame, rest, used);
    at += used;
    if (step == Step::wait) waits_ = true;
    if (step == Step::closed || step == Step::wait) break;
    if (step == Step::more) {
      // Its beginning may be what is waited for.
      if (frame.octets > limits::gateway_held_octets + pgwire::header_octets &&
          rest.size() >= looked_at_octets)
        violate("message too large");
      break;
    }
  }
  return at;
}

ClientSession::Step ClientSession::violate(std::string_view what) {
  fail(sqlstate::protocol_violation, what);
  return Step::closed;
}

ClientSession::Step ClientSession::relay_message(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (std::exchange(is_cancelled_, false)) return give_up(frame, rest, used);
  if (skips_to_sync_) return skip(frame, rest, used);
  see_to_claims();
  if (claims_) {  // before the log: a claim is for nobody else to see
    if (const auto step = claim_message(frame, rest, used)) return *step;
    if (const auto step = see_to_removal(frame, rest, used)) return *step;
  }
  if (trail_ == nullptr) return forward_message(frame, rest, used);
  const bool concerns = StatementTrail::concerns(frame.type);
  if (concerns)
    if (const Step step = log_first(frame, rest); step != Step::next) return step;
  const Step step = forward_message(frame, rest, used);
  if (step != Step::next) return step;
  if (concerns) trail_->passed(frame.type);
  if (frame.type == type::sync) trail_->synced();
  // Answered here, a DEALLOCATE.
  if (frame.type == type::query && (server_ == nullptr || server_->conversation().owes_nothing()))
    trail_->ready();
  return step;
}

ClientSession::Step ClientSession::forward_message(const Frame& frame, base::ByteView rest,
                                                   std::size_t& used) {
  if (server_ != nullptr && must_go_alone(frame.type)) return wait_for_answers();
  switch (frame.type) {
    case type::query:
      return on_query(frame, rest, used);
    case type::parse:
      return on_parse(frame, rest, used);
    case type::bind:
      return on_bind(frame, rest, used);
    case type::describe:
      return on_describe(frame, rest, used);
    case type::close:
      return on_close_object(frame, rest, used);
    case type::execute:
      if (const Step step = need_server(frame.type); step != Step::next) return step;
      server_->conversation().sent(Request::execute, Owner::client);
      pass(frame, rest, used);
      return Step::next;
    case type::sync:
      return on_sync(frame, rest, used);
    case type::function_call:
      if (const Step step = need_server(frame.type); step != Step::next) return step;
      server_->mark_touched(ServerConnection::Trace::settings);
      server_->conversation().sent(Request::function_call, Owner::client);
      pass(frame, rest, used);
      return Step::next;
    case type::copy_done:
    case type::copy_fail:
      if (server_ != nullptr) server_->conversation().sent(Request::copy_end, Owner::client);
      pass(frame, rest, used);
      return Step::next;
    case type::flush:
    case type::copy_data:
      pass(frame, rest, used);  // without a server it means nothing: the server ignores it too
      return Step::next;
    case type::terminate:
      close();
      return Step::closed;
    default:
      return violate("this message has no place in a session");
  }
}

// The message as it is, as much of it as is there; the rest follows when it comes.
void ClientSession::pass(const Frame& frame, base::ByteView rest, std::size_t& used) {
  pass_rest(frame, rest, 0, used);
}

// The same without its first octets: something else was sent in their place.
void ClientSession::pass_rest(const Frame& frame, base::ByteView rest, std::size_t skipped,
                              std::size_t& used) {
  used = std::min<std::size_t>(frame.octets, rest.size());
  body_left_ = frame.octets - static_cast<std::uint32_t>(used);
  body_goes_on_ = server_ != nullptr;
  if (body_goes_on_) worker_.to_server().view(rest.subspan(skipped, used - skipped));
}

// The message goes nowhere.
void ClientSession::drop(const Frame& frame, base::ByteView rest, std::size_t& used) {
  used = std::min<std::size_t>(frame.octets, rest.size());
  body_left_ = frame.octets - static_cast<std::uint32_t>(used);
  body_goes_on_ = false;
}

// For this message; `sql` where it is known what that runs.
ClientSession::Step ClientSession::need_server(std::uint8_t message, std::string_view sql) {
  if (claims_)
    if (const Step step = see_to_expiry(); step != Step::next) return step;
  if (server_ == nullptr) {
    ServerConnection* server = pool_->request(*this);
    if (is_closed_) return Step::closed;
    if (server == nullptr) return Step::wait;
    link(*server);
  } else if (claims_ && is_free() && !server_->was_used_by(*this)) {
    ServerConnection& server = *server_;  // the team has changed: what the one before left has to go
    server.unlink();
    link(server);
  }
  if (server_->is_preparing()) return Step::wait;
  return claims_ ? enter(message, sql) : Step::next;
}

ClientSession::Step ClientSession::on_query(const Frame& frame, base::ByteView rest, std::size_t& used) {
  const bool fits = frame.octets <= limits::gateway_scanned_octets;
  if (fits && !is_whole(frame, rest)) return Step::more;
  StatementEffects effects;
  std::string_view sql;
  if (fits) {
    const auto query = pgwire::parse_query(body_of(frame, rest));
    if (!query) return violate("malformed Query");
    sql = query->text;
    effects = scan_statement(sql);
    Deallocation deallocation;
    if (effects.deallocates && !passes_statements_ && parse_deallocate(sql, deallocation) &&
        is_deallocated_here(deallocation))
      return on_deallocate(deallocation, frame, used);
  } else {
    effects.touches_session = true;  // too long to look at
  }
  if (const Step step = need_server(frame.type, sql); step != Step::next) return step;
  if (effects.sets_claim) return refuse_mixed_claim(Request::query, frame, rest, used);
  if (effects.changes_settings && server_->conversation().owes_ready()) return wait_for_answers();
  if (shows_others_sequence(effects)) return refuse_sequence(Request::query, frame, rest, used);
  if (!fits) server_->mark_touched(ServerConnection::Trace::statements);
  apply(effects, sql);
  statements_.erase("");  // "The simple Query message also destroys the unnamed statement" (55.2.3)
  server_->statements().unnamed = 0;
  server_->conversation().sent(Request::query, Owner::client);
  pass(frame, rest, used);
  return Step::next;
}

ClientSession::Step ClientSession::on_parse(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (passes_statements_) {
    if (const Step step = need_server(frame.type); step != Step::next) return step;
    server_->mark_touched(ServerConnection::Trace::statements);
    server_->conversation().sent(Request::parse, Owner::client);
    pass(frame, rest, used);
    return Step::next;
  }
  if (frame.octets > limits::gateway_statement_octets) {
    fail(sqlstate::configuration_limit_exceeded, "the text of a prepared statement is too long for this pool",
         "send it as a simple query, or set mode = \"session\"");
    return Step::closed;
  }
  if (!is_whole(frame, rest)) return Step::more;
  const base::ByteView body = body_of(frame, rest);
  const auto parse = pgwire::parse_parse(body);
  if (!parse) return violate("malformed Parse");
  if (parse->name.size() > limits::gateway_name_octets) return violate("the statement's name is too long");
  if (const Step step = need_server(frame.type, parse->text); step != Step::next) return step;
  if (!parse->name.empty() && statements_.find(parse->name) != nullptr)
    return refuse(Request::describe_statement, sqlstate::duplicate_prepared_statement,
                  "prepared statement \"" + std::string(parse->name) + "\" already exists", {}, frame, rest,
                  used);
  const StatementPointer statement = worker_.statements().find_or_add(
      body.subspan(parse->name.size() + 1), worker_.settings_book().name_view(settings_));
  if (statement->effects.sets_claim)
    return refuse_mixed_claim(Request::describe_statement, frame, rest, used);
  const std::uint32_t ticket = statements_.set(parse->name, statement);
  if (ticket == 0) {
    fail(sqlstate::configuration_limit_exceeded, "this session has too many prepared statements",
         "close those that aren't needed");
    return Step::closed;
  }
  used = frame.octets;
  Conversation& conversation = server_->conversation();
  if (parse->name.empty()) {
    server_->statements().unnamed = statement->number;
    conversation.sent(Request::parse, Owner::client, StatementId::none, ticket);
    worker_.to_server().view(rest.first(used));
    return Step::next;
  }
  if (server_->statements().use(*statement, pool_->schema_generation()))
    answer_here(Request::parse, ticket);
  else
    prepare_on_server(*statement, Owner::client, ticket);
  return Step::next;
}

ClientSession::Step ClientSession::on_bind(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (passes_statements_) {
    if (const Step step = need_server(frame.type); step != Step::next) return step;
    server_->conversation().sent(Request::bind, Owner::client);
    pass(frame, rest, used);
    return Step::next;
  }
  const std::size_t there = std::min<std::size_t>(rest.size(), frame.octets);
  const auto names =
      pgwire::read_bind_names(rest.subspan(pgwire::header_octets, there - pgwire::header_octets));
  if (!names) {
    if (there == frame.octets || there > limits::gateway_name_octets) return violate("malformed Bind");
    return Step::more;
  }
  // A copy: DEALLOCATE may end the client's own.
  const StatementPointer* const found = statements_.find(names->statement);
  const StatementPointer statement = found != nullptr ? *found : nullptr;
  const std::string_view sql = statement ? statement->sql() : std::string_view();
  if (const Step step = need_server(frame.type, sql); step != Step::next) return step;
  std::string buffer;
  const std::string_view name = name_on_server(names->statement, buffer);
  if (statement && statement->effects != StatementEffects{}) {
    const StatementEffects& effects = statement->effects;
    if (effects.changes_settings && server_->conversation().owes_ready()) return wait_for_answers();
    if (shows_others_sequence(effects))
      return refuse_sequence(Request::describe_statement, frame, rest, used);
    Deallocation deallocation;
    if (effects.deallocates && parse_deallocate(statement->sql(), deallocation))
      if (const Step step = deallocate_on_server(deallocation); step != Step::next) return step;
    apply(effects, statement->sql());
  }
  server_->conversation().sent(Request::bind, Owner::client);
  if (name == names->statement) {
    pass(frame, rest, used);
    return Step::next;
  }
  const std::size_t front = pgwire::header_octets + names->end;
  worker_.to_server().write(
      [&](base::Bytes& out) { pgwire::put_bind_front(out, names->portal, name, frame.octets - front); });
  pass_rest(frame, rest, front, used);
  return Step::next;
}

ClientSession::Step ClientSession::on_describe(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (!is_whole(frame, rest)) return Step::more;
  const auto object = pgwire::parse_object_name(body_of(frame, rest));
  if (!object) return violate("malformed Describe");
  if (const Step step = need_server(frame.type); step != Step::next) return step;
  const bool is_statement = object->kind == pgwire::ObjectKind::statement;
  std::string buffer;
  const std::string_view name =
      is_statement && !passes_statements_ ? name_on_server(object->name, buffer) : object->name;
  server_->conversation().sent(is_statement ? Request::describe_statement : Request::describe_portal,
                               Owner::client);
  if (name == object->name) {
    pass(frame, rest, used);
    return Step::next;
  }
  used = frame.octets;
  worker_.to_server().write([&](base::Bytes& out) { pgwire::put_describe(out, {object->kind, name}); });
  return Step::next;
}

ClientSession::Step ClientSession::on_close_object(const Frame& frame, base::ByteView rest,
                                                   std::size_t& used) {
  if (!is_whole(frame, rest)) return Step::more;
  const auto object = pgwire::parse_object_name(body_of(frame, rest));
  if (!object) return violate("malformed Close");
  if (object->kind == pgwire::ObjectKind::statement && !passes_statements_) {
    used = frame.octets;
    statements_.erase(object->name);  // closing what isn't there is no error
    answer_here(Request::close);
    return Step::next;
  }
  if (const Step step = need_server(frame.type); step != Step::next) return step;
  server_->conversation().sent(Request::close, Owner::client);
  pass(frame, rest, used);
  return Step::next;
}

// From us: in its turn behind what the server still owes. Where it owes nothing and isn't kept,
// it has no part in this: a batch that opened with it would have no entry.
void ClientSession::answer_here(Request request, std::uint32_t ticket) {
  if (server_ != nullptr && !(claims_ && is_free())) {
    server_->conversation().answered_here(request, ticket);
    return;  // flush() sends it, when it is its turn
  }
  worker_.to_client().view(own_answer(request));
}

ClientSession::Step ClientSession::on_sync(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (server_ != nullptr) {
    server_->conversation().sent(Request::sync, Owner::client);
    pass(frame, rest, used);
    return Step::next;
  }
  used = frame.octets;
  worker_.to_client().write(
      [](base::Bytes& out) { pgwire::put_ready_for_query(out, TransactionStatus::idle); });
  return Step::next;
}

void ClientSession::apply(const StatementEffects& effects, std::string_view sql) {
  using Trace = ServerConnection::Trace;
  if (effects.touches_session || effects.changes_settings) server_->mark_touched(Trace::settings);
  if (effects.keeps_connection) server_->mark_touched(Trace::statements);
  const bool takes_ours = effects.deallocates && deallocates_ours(sql);
  if (effects.discards_all || takes_ours) server_->statements().doubt_all();
  if (takes_ours)
    server_->mark_touched(Trace::statements);  // bound now, it may run when they are there again
  if (effects.keeps_connection) pin(effects.pinning_word);
  if (effects.discards_all) discards_ = true;
  if (!effects.changes_settings) return;
  for (const std::string_view statement : settings_in(sql)) {
    if (SettingsBook::resets_all(statement)) resets_all_ = true;
    if (keeps_server_) continue;
    if (pending_settings_.size() >= limits::gateway_pending_settings) return pin("SET");
    // Said again later, it must mean the same: standard_conforming_strings may differ then.
    if (statement.find('\\') != std::string_view::npos) return pin("SET with a backslash");
    pending_settings_.emplace_back(statement);
  }
}

// To the server what was collected, to the client the answers of ours that are due.
void ClientSession::flush() {
  Outbox& to_server = worker_.to_server();
  if (server_ != nullptr && !is_closed_) {
    to_server.send(server_->leg());
    if (server_->is_at_boundary()) {
      Request due{};
      while (server_->conversation().take_due(due))
        worker_.to_client().view(own_answer(due));
      if (notice_) worker_.to_client().write([&](base::Bytes& out) { put_notice(out); });
    }
  }
  to_server.clear();
  if (!is_closed_) worker_.to_client().send(leg_);
  worker_.to_client().clear();
}

}  // namespace art32::gateway
