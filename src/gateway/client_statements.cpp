// What a client's prepared statements need on the way to a server, and what is refused there.
#include <fmt/format.h>

#include <algorithm>

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

void ClientSession::make_room_for_statement() {
  const auto surplus = server_->statements().surplus(limits::gateway_statements_of_server - 1);
  if (!surplus) return;
  server_->statements().erase(*surplus);
  server_->conversation().sent(Request::close, Owner::gateway, *surplus);
  worker_.to_server().write([&](base::Bytes& out) {
    pgwire::put_close(out, {pgwire::ObjectKind::statement, server_name(*surplus)});
  });
}

// The server has the statement from here on, under our name.
void ClientSession::prepare_on_server(const Statement& statement, Owner owner, std::uint32_t ticket) {
  const std::string name = server_name(statement.id);
  if (server_->statements().may_have(statement.id)) {
    server_->conversation().sent(Request::close, Owner::gateway, statement.id);
    worker_.to_server().write([&](base::Bytes& out) {
      pgwire::put_close(out, {pgwire::ObjectKind::statement, name});
    });
  } else {
    make_room_for_statement();
  }
  server_->statements().add(statement, pool_->schema_generation());
  server_->conversation().sent(Request::parse, owner, statement.id, ticket);
  worker_.to_server().write([&](base::Bytes& out) {
    pgwire::put_named_front(out, type::parse, name, statement.content.size());
    base::append(out, base::as_bytes(statement.content));
  });
}

void ClientSession::provide(const Statement& statement) {
  if (server_->statements().use(statement, pool_->plan_generation())) return;
  prepare_on_server(statement, Owner::gateway, 0);
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
    if (server_->statements().unnamed != (*statement)->number) {
      server_->statements().unnamed = (*statement)->number;
      server_->conversation().sent(Request::parse, Owner::gateway);
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

// Names of statements are the client's own, so the server can't do it. Within a failed
// transaction it has to be refused, and the server does that best.
ClientSession::Step ClientSession::on_deallocate(const Deallocation& deallocation, const Frame& frame,
                                                 std::size_t& used) {
  if (server_ != nullptr && !server_->conversation().owes_nothing()) return wait_for_answers();
  statements_.erase("");
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

// Where SQL may have prepared something too, the server has to look.
bool ClientSession::is_deallocated_here(const Deallocation& deallocation) const {
  if (server_ == nullptr || !server_->may_have_statements()) return true;
  return !deallocation.everything && statements_.find(deallocation.name) != nullptr;
}

// DEALLOCATE by the extended protocol, about to be bound. The server has none under the
// client's name: it gets one, to take away, and the answers are its own.
ClientSession::Step ClientSession::deallocate_on_server(const Deallocation& deallocation) {
  Conversation& conversation = server_->conversation();
  if (!conversation.owes_nothing()) return wait_for_answers();
  if (conversation.is_skipping() || conversation.status() == TransactionStatus::failed) return Step::next;
  if (deallocation.everything) {
    statements_.clear();
    return Step::next;
  }
  if (statements_.find(deallocation.name) == nullptr) return Step::next;
  statements_.erase(deallocation.name);
  conversation.sent(Request::close, Owner::gateway);
  conversation.sent(Request::parse, Owner::gateway);
  worker_.to_server().write([&](base::Bytes& out) {
    pgwire::put_close(out, {pgwire::ObjectKind::statement, deallocation.name});
    pgwire::put_parse(out, {deallocation.name, "", {}});
  });
  return Step::next;
}

// Until the server has answered everything; it may hold answers back without a Flush.
ClientSession::Step ClientSession::wait_for_answers() {
  worker_.to_server().view(pgwire::flush_message);
  waits_for_answers_ = true;
  return Step::wait;
}

// Behind a SET whose outcome is open nothing goes to the server: an error there would look
// like the SET's own. Nor behind a DISCARD ALL, which would seem to take along what comes later, nor while a
// claim holds for the transaction that may just be ending. Nor when the server owes more answers than are
// kept count of.
bool ClientSession::must_go_alone(std::uint8_t message) const {
  const Conversation& conversation = server_->conversation();
  if (message == type::terminate) return false;
  if (conversation.pending() >= limits::gateway_pending_requests) return true;
  const bool has_passing_claim = claims_ && claims_->is_of_transaction();
  if (pending_settings_.empty() && !has_passing_claim && !discards_ && !resets_all_) return false;
  const bool is_request = message != type::copy_data && message != type::copy_done &&
                          message != type::copy_fail && message != type::flush;
  return is_request && conversation.owes_ready();
}

// lastval() of a session that another client has used since would show that one's value.
bool ClientSession::shows_others_sequence(const StatementEffects& effects) const {
  return effects.reads_sequence && server_->is_new_to_client();
}

ClientSession::Step ClientSession::refuse_sequence(Request request, const Frame& frame, base::ByteView rest,
                                                   std::size_t& used) {
  return refuse(request, sqlstate::feature_not_supported,
                "lastval() and currval() outside of the transaction that drew the value",
                "use INSERT ... RETURNING, or read it in the same transaction, or set mode = \"session\"",
                frame, rest, used);
}

ClientSession::Step ClientSession::refuse_mixed_claim(Request request, const Frame& frame,
                                                      base::ByteView rest, std::size_t& used) {
  if (claims_) {
    if (!server_->conversation().owes_nothing()) return wait_for_answers();
    if (!server_->conversation().is_skipping() || request == Request::query) forget_claim();
    return refuse(request, sqlstate::feature_not_supported,
                  "what begins with art32 is set at the gateway: art32.claim or art32.team, to a value that "
                  "stands in the statement, which holds nothing else",
                  "write SET art32.claim = '...', with nothing before or behind it", frame, rest, used);
  }
  return refuse(request, sqlstate::feature_not_supported,
                fmt::format("database \"{}\" isn't separated by team, so no claim counts there",
                            pool_->database().name),
                "set tenancy = true for it in [[gateway.database]]", frame, rest, used);
}

// In the message's place goes one that fails, so that transaction and batch fare as with any
// error; the client gets ours.
ClientSession::Step ClientSession::refuse(Request request, const pgwire::SqlState& state,
                                          std::string_view message, std::string_view hint, const Frame& frame,
                                          base::ByteView rest, std::size_t& used) {
  Conversation& conversation = server_->conversation();
  if (!conversation.owes_nothing()) return wait_for_answers();
  drop(frame, rest, used);
  if (conversation.is_skipping() && request != Request::query) return Step::next;
  base::Bytes error;
  pgwire::put_error_response(error, {pgwire::Severity::error, state, message, {}, hint});
  server_->refuse_with(std::move(error), state.code);
  constexpr std::string_view nothing = "refused by the gateway";  // neither SQL nor a name
  conversation.sent(request, Owner::refused);
  worker_.to_server().write([&](base::Bytes& out) {
    if (request == Request::query)
      pgwire::put_query(out, nothing);
    else
      pgwire::put_describe(out, {pgwire::ObjectKind::statement, nothing});
  });
  return Step::next;
}

}  // namespace art32::gateway
