// What a client sends, once signed in: each message's way to a server.
#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
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

base::ByteView body_of(const Frame& frame, base::ByteView rest) {
  return rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets);
}

bool is_whole(const Frame& frame, base::ByteView rest) {
  return rest.size() >= frame.octets;
}

}  // namespace

void ClientSession::relay(base::ByteView octets) {
  ART32_ASSERT(!is_relaying_);
  is_relaying_ = true;
  base::Bytes before = std::exchange(held_, {});
  if (!before.empty()) {
    base::append(before, octets);
    octets = before;
  }
  const std::size_t used = relay_messages(octets);
  flush();
  if (!is_closed_) held_.assign(octets.begin() + static_cast<std::ptrdiff_t>(used), octets.end());
  is_relaying_ = false;
  if (is_closed_) return;
  if (waits_ || (server_ != nullptr && server_->leg().is_blocked())) leg_.pause();
  if (server_ != nullptr && server_->conversation().is_idle()) server_is_idle();
}

// What the messages waited for has come.
void ClientSession::go_on() {
  if (!waits_ || is_closed_) return;
  waits_ = false;
  relay({});
  if (!waits_ && !is_closed_ && (server_ == nullptr || !server_->leg().is_blocked())) leg_.resume();
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
      if (frame.octets > limits::gateway_held_octets + pgwire::header_octets) violate("message too large");
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
      if (const Step step = need_server(); step != Step::next) return step;
      server_->conversation().sent(Request::execute, Owner::client);
      pass(frame, rest, used);
      return Step::next;
    case type::sync:
      return on_sync(frame, rest, used);
    case type::function_call:
      if (const Step step = need_server(); step != Step::next) return step;
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

ClientSession::Step ClientSession::need_server(const StatementEffects* effects) {
  if (server_ == nullptr) {
    ServerConnection* server = pool_->request(*this);
    if (is_closed_) return Step::closed;
    if (server == nullptr) return Step::wait;
    link(*server);
  }
  return effects == nullptr || may_run(*effects) ? Step::next : Step::closed;
}

// lastval() of a session that another client has used since would show that one's value.
bool ClientSession::may_run(const StatementEffects& effects) {
  if (!effects.reads_sequence || !server_->is_new_to_client()) return true;
  fail(sqlstate::feature_not_supported,
       "lastval() and currval() outside of the transaction that drew the value",
       "use INSERT ... RETURNING, or read it in the same transaction, or set mode = \"session\"");
  return false;
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
    if (effects.deallocates && !passes_statements_ && parse_deallocate(sql, deallocation))
      return on_deallocate(deallocation, frame, used);
  } else {
    effects.touches_session = true;  // too long to look at
  }
  if (const Step step = need_server(&effects); step != Step::next) return step;
  apply(effects, sql);
  server_->conversation().sent(Request::query, Owner::client);
  pass(frame, rest, used);
  return Step::next;
}

// Names of statements are the client's own, so the server can't do it. Within a failed
// transaction it has to be refused, and the server does that best.
ClientSession::Step ClientSession::on_deallocate(const Deallocation& deallocation, const Frame& frame,
                                                 std::size_t& used) {
  if (server_ != nullptr && !server_->conversation().owes_nothing()) return Step::wait;
  const bool known = deallocation.everything || statements_.find(deallocation.name) != nullptr;
  const TransactionStatus status =
      server_ != nullptr ? server_->conversation().status() : TransactionStatus::idle;
  if (deallocation.everything)
    statements_.clear();
  else
    statements_.erase(deallocation.name);
  used = frame.octets;
  worker_.to_client().write([&](base::Bytes& out) {
    if (status == TransactionStatus::failed)
      pgwire::put_error_response(
          out, {pgwire::Severity::error, sqlstate::in_failed_transaction,
                "current transaction is aborted, commands ignored until end of transaction block"});
    else if (!known)
      pgwire::put_error_response(out, {pgwire::Severity::error, sqlstate::invalid_statement_name,
                                       "prepared statement \"" + deallocation.name + "\" does not exist"});
    else
      pgwire::put_command_complete(out, deallocation.everything ? "DEALLOCATE ALL" : "DEALLOCATE");
    pgwire::put_ready_for_query(out, status);
  });
  return Step::next;
}

ClientSession::Step ClientSession::on_parse(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (passes_statements_) {
    if (const Step step = need_server(); step != Step::next) return step;
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
  if (const Step step = need_server(); step != Step::next) return step;
  const StatementPointer statement = worker_.statements().find_or_add(body.subspan(parse->name.size() + 1));
  if (!statements_.set(parse->name, statement)) {
    fail(sqlstate::configuration_limit_exceeded, "this session has too many prepared statements",
         "close those that aren't needed");
    return Step::closed;
  }
  used = frame.octets;
  Conversation& conversation = server_->conversation();
  if (parse->name.empty()) {
    server_->statements().unnamed = statement->id;
    conversation.sent(Request::parse, Owner::client, statement->id);
    worker_.to_server().view(rest.first(used));
    return Step::next;
  }
  const auto generation = server_->statements().generation(statement->id);
  if (generation == pool_->schema_generation()) {
    server_->statements().use(statement->id);
    answer_here(Request::parse);
    return Step::next;
  }
  std::string name = server_name(statement->id);
  if (generation) {  // the schema has changed since
    conversation.sent(Request::close, Owner::gateway);
    worker_.to_server().write([&](base::Bytes& out) {
      pgwire::put_close(out, {pgwire::ObjectKind::statement, name});
    });
  }
  make_room_for_statement();
  server_->statements().add(statement->id, pool_->schema_generation());
  conversation.sent(Request::parse, Owner::client, statement->id);
  const std::size_t content = statement->content.size();
  worker_.to_server().write(
      [&](base::Bytes& out) { pgwire::put_named_front(out, type::parse, name, content); });
  worker_.to_server().view(body.last(content));
  return Step::next;
}

void ClientSession::make_room_for_statement() {
  const auto surplus = server_->statements().surplus(limits::gateway_statements_of_server - 1);
  if (!surplus) return;
  server_->statements().erase(*surplus);
  server_->conversation().sent(Request::close, Owner::gateway, *surplus);
  worker_.to_server().write([&](base::Bytes& out) {
    pgwire::put_close(out, {pgwire::ObjectKind::statement, server_name(*surplus)});
  });
}

// The server has the statement from here on, under our name; its ParseComplete is ours.
void ClientSession::provide(const Statement& statement) {
  if (server_->statements().use(statement.id)) return;
  make_room_for_statement();
  server_->statements().add(statement.id, pool_->schema_generation());
  server_->conversation().sent(Request::parse, Owner::gateway, statement.id);
  worker_.to_server().write([&](base::Bytes& out) {
    pgwire::put_named_front(out, type::parse, server_name(statement.id), statement.content.size());
    base::append(out, base::as_bytes(statement.content));
  });
}

// A statement's name as the linked server knows it. One that the client doesn't have keeps
// its name, so that the server's error names it, unless it looks like one of ours.
std::string_view ClientSession::name_on_server(std::string_view name, std::string& buffer) {
  const StatementPointer* statement = statements_.find(name);
  if (statement == nullptr) {
    if (!looks_like_server_name(name)) return name;
    buffer = "?" + std::string(name);
    return buffer;
  }
  if (name.empty()) {
    if (server_->statements().unnamed != (*statement)->id) {
      server_->statements().unnamed = (*statement)->id;
      server_->conversation().sent(Request::parse, Owner::gateway, (*statement)->id);
      worker_.to_server().write([&](base::Bytes& out) {
        pgwire::put_named_front(out, type::parse, "", (*statement)->content.size());
        base::append(out, base::as_bytes((*statement)->content));
      });
    }
    return name;
  }
  provide(**statement);
  buffer = server_name((*statement)->id);
  return buffer;
}

ClientSession::Step ClientSession::on_bind(const Frame& frame, base::ByteView rest, std::size_t& used) {
  if (passes_statements_) {
    if (const Step step = need_server(); step != Step::next) return step;
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
  const StatementPointer* statement = statements_.find(names->statement);
  const StatementEffects effects = statement != nullptr ? (*statement)->effects : StatementEffects{};
  if (const Step step = need_server(&effects); step != Step::next) return step;
  std::string buffer;
  const std::string_view name = name_on_server(names->statement, buffer);
  if (statement != nullptr) apply(effects, (*statement)->sql());
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
  if (const Step step = need_server(); step != Step::next) return step;
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
  if (const Step step = need_server(); step != Step::next) return step;
  server_->conversation().sent(Request::close, Owner::client);
  pass(frame, rest, used);
  return Step::next;
}

// ParseComplete or CloseComplete from us: in its turn behind what the server still owes.
void ClientSession::answer_here(Request request) {
  if (server_ != nullptr) {
    server_->conversation().answered_here(request);
    return;  // flush() sends it, when it is its turn
  }
  worker_.to_client().view(request == Request::parse ? base::ByteView(pgwire::parse_complete_message)
                                                     : base::ByteView(pgwire::close_complete_message));
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
  if (effects.keeps_connection) pin(effects.pinning_word);
  if (!effects.changes_settings || passes_statements_) return;
  for (const std::string_view statement : settings_in(sql)) {
    if (pending_settings_.size() >= limits::gateway_pending_settings) return pin("SET");
    pending_settings_.emplace_back(statement);
  }
}

// To the server what was collected, to the client the answers of ours that are due.
void ClientSession::flush() {
  Outbox& to_server = worker_.to_server();
  if (server_ != nullptr && !is_closed_) {
    to_server.send(server_->leg());
    if (server_->is_at_boundary()) {
      char due = 0;
      while (server_->conversation().take_due(due))
        worker_.to_client().view(due == '1' ? base::ByteView(pgwire::parse_complete_message)
                                            : base::ByteView(pgwire::close_complete_message));
      if (notice_due_) worker_.to_client().write([&](base::Bytes& out) { put_notice(out); });
    }
  }
  to_server.clear();
  if (!is_closed_) worker_.to_client().send(leg_);
  worker_.to_client().clear();
}

}  // namespace art32::gateway
