// Whom a client acts for, and how the server that it is given comes to act for the same.
//
// Where no transaction is under way, a claim is only remembered: it is entered ahead of the
// next message that needs a server, in the same transaction as that where possible, so that no
// answer is waited for. In a transaction the SET itself becomes the entry.
#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "gateway/bearer_watch.h"
#include "gateway/client_session.h"
#include "gateway/frame_body.h"
#include "gateway/own_answer.h"
#include "gateway/pool.h"
#include "gateway/server_connection.h"
#include "gateway/worker.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frontend.h"
#include "pgwire/rename.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;
using base::ErrorCode;
using base::failure;
using pgwire::Frame;
using pgwire::TransactionStatus;
namespace type = pgwire::frontend_type;

namespace {

const pgwire::SqlState& sqlstate_of(const base::Error& error) {
  switch (error.code) {
    case ErrorCode::permission:
      return sqlstate::invalid_authorization;
    case ErrorCode::unsupported:
      return sqlstate::feature_not_supported;
    default:
      return sqlstate::invalid_parameter_value;
  }
}

std::string why_removed(const model::TeamId& team) {
  return fmt::format("team \"{}\" was removed", team.value);
}

Request answer_to(const ClaimStatement& statement) {
  return statement.is_reset ? Request::say_reset : Request::say_set;
}

}  // namespace

void ClientSession::begin_claims(ClientClaims::Standing standing) {
  const bool has_claim = standing.claim != nullptr;
  claims_ = std::make_unique<ClientClaims>(std::move(standing));
  if (has_claim) claims_->settings_of_all = settings_;
}

void ClientSession::begin_bearing(const model::Bearer& bearer) {
  model::Claim claim;
  claim.team = bearer.team;
  claim.actor = bearer.actor;
  claim.request = claim.audience = "login";
  claim.expires = claim.issued + std::chrono::seconds(1);  // its end is the token's: bearer_watch.h
  begin_claims({std::make_shared<const model::Claim>(std::move(claim))});
  bearer_watch_ = std::make_unique<BearerWatch>(*this, bearer);
}

// A reload may have begun, or ended, to separate the database.
void ClientSession::see_to_claims() {
  const bool is_separated = pool_->database().entrance != nullptr && !pool_->is_dedicated();
  if (is_separated != (claims_ != nullptr)) {
    if (is_separated)
      begin_claims({});
    else
      claims_.reset();
  }
}

base::Result<ClientClaims::Standing> ClientSession::standing_of(const ClaimStatement& statement) {
  const auto entrance = pool_->database().entrance;
  if (entrance == nullptr || pool_->is_dedicated())
    return failure(ErrorCode::unsupported,
                   fmt::format("database \"{}\" isn't separated by team, so no claim counts there",
                               pool_->database().name),
                   "set tenancy = true for it in [[gateway.database]]");
  const auto now = worker_.loop().now();
  if (!statement.value) return claims_->log_in().end > now ? claims_->log_in() : ClientClaims::Standing{};
  if (statement.subject == ClaimStatement::Subject::claim) {
    auto believed = entrance->believe(*statement.value);
    if (!believed) {
      ++worker_.counters().refused_claims;
      return tl::unexpected<base::Error>(believed.error().within("the claim"));
    }
    return ClientClaims::Standing{std::make_shared<const model::Claim>(std::move(believed->claim)),
                                  now + believed->left};
  }
  if (!principal_->may_choose_team)
    return failure(ErrorCode::permission,
                   fmt::format("user \"{}\" may not choose the team itself", principal_->name),
                   "SET art32.claim, or set may_choose_team = true in [[gateway.principal]]");
  if (!model::is_claim_word(*statement.value))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("a team is 1 to {} of A-Z a-z 0-9 . _ : @ + -", limits::claim_word_octets));
  if (entrance->is_removed({*statement.value}))
    return failure(ErrorCode::permission, why_removed({*statement.value}));
  model::Claim chosen;
  chosen.team.value = *statement.value;
  chosen.actor = {model::ActorKind::principal, principal_->name};
  chosen.request = chosen.audience = "chosen";
  chosen.expires = chosen.issued + std::chrono::seconds(1);  // the gateway's own: its end isn't looked at
  if (!model::is_claim_word(chosen.actor.id))
    return failure(ErrorCode::permission, "this user's name can't stand in records as the actor");
  return ClientClaims::Standing{std::make_shared<const model::Claim>(std::move(chosen))};
}

bool ClientSession::is_amid_block() const {
  return server_ != nullptr && server_->conversation().status() != TransactionStatus::idle;
}

// A BEGIN may have been answered without its ReadyForQuery.
bool ClientSession::is_in_transaction() const {
  return is_amid_block() || (server_ != nullptr && has_begun_);
}

// What a team SET, and what it left at a server, isn't the next team's: nor that of who comes
// after, who may be anybody.
void ClientSession::team_may_have_changed(const ClaimPointer& before) {
  if (team_of(before) == team_of(claims_->now().claim)) return;
  occupant_ = worker_.next_occupant();
  if (claims_->settings_of_all)
    settings_ = *claims_->settings_of_all;
  else
    claims_->settings_of_all = settings_;
}

void ClientSession::act_for(ClientClaims::Standing standing, ClaimStatement::Scope scope) {
  const ClaimPointer before = claims_->now().claim;
  claims_->set(std::move(standing), scope, is_in_transaction());
  if (keeps_server_ && claims_->now().claim) kept_team_ = team_of(claims_->now().claim);
  team_may_have_changed(before);
}

// Whoever goes on although a claim was refused must not go on with the one of before.
void ClientSession::forget_claim() {
  const ClaimPointer before = claims_->now().claim;
  claims_->forget();
  team_may_have_changed(before);
}

// Nobody's from here on, where its time is over and no transaction is under way.
ClientSession::Step ClientSession::see_to_expiry() {
  if (claims_->now().end > worker_.loop().now() || is_in_transaction()) return Step::next;
  if (server_ != nullptr && server_->conversation().owes_ready()) return wait_for_answers();
  if (server_ != nullptr && !server_->conversation().is_idle()) return Step::next;
  forget_claim();
  notice_ = Notice{sqlstate::invalid_authorization, "the claim has expired, so this session acts for no team",
                   "hand over the claim of the next request: SET art32.claim = '...'"};
  return Step::next;
}

// A team may be removed while sessions act for it: the next thing that one of them wants outside of
// a transaction is refused, also where the server was entered for that team long ago.
std::optional<ClientSession::Step> ClientSession::see_to_removal(const Frame& frame, base::ByteView rest,
                                                                 std::size_t& used) {
  const auto& entrance = pool_->database().entrance;
  const std::uint64_t removals = entrance->removals();
  if (claims_->was_looked_up(removals)) return std::nullopt;
  const bool has_answer = frame.type == type::query || frame.type == type::function_call;
  if (!has_answer && frame.type != type::parse && frame.type != type::bind && frame.type != type::describe &&
      frame.type != type::execute)
    return std::nullopt;
  if (is_in_transaction()) return std::nullopt;
  if (server_ != nullptr && server_->conversation().owes_ready()) return wait_for_answers();
  if (server_ != nullptr && !server_->conversation().is_idle()) return std::nullopt;
  const ClaimPointer claim = claims_->now().claim;
  if (claim == nullptr || !entrance->is_removed(claim->team)) {
    claims_->looked_up(removals);
    return std::nullopt;
  }
  return refuse_claim(sqlstate::invalid_authorization, why_removed(claim->team), {},
                      has_answer ? Request::query : Request::describe_statement, frame, rest, used);
}

// Before a message that makes an idle server do something; `sql` where it is known.
ClientSession::Step ClientSession::enter(std::uint8_t message, std::string_view sql) {
  const ServerEntry& entry = server_->entry();
  // Behind what is still to be answered nothing may go that relies on an entry of another, or on
  // one that goes if that fails.
  if (server_->conversation().owes_ready() && (entry.is_fresh() || !entry.is_for(claims_->now().claim)))
    return wait_for_answers();
  if (!server_->conversation().is_idle()) {
    if (is_amid_block() || server_->conversation().is_skipping() ||
        entry.is_for_or_nobody(claims_->now().claim))
      return Step::next;
    if (!server_->conversation().owes_nothing()) return wait_for_answers();
    fail(sqlstate::active_transaction, "the batch under way lost its claim", "connect again");
    return Step::closed;
  }
  if (!entry.has_session()) {  // in a transaction it could come too late
    server_->ask_session();
    return Step::wait;
  }
  if (keeps_server_ && claims_->now().claim) kept_team_ = team_of(claims_->now().claim);
  if (entry.is_for(claims_->now().claim)) return Step::next;
  server_->enter_client(claims_->now().claim, company_at_entry(message, sql), passes_statements_);
  return server_->is_preparing() && !server_->client_went_along() ? Step::wait : Step::next;
}

Company ClientSession::company_at_entry(std::uint8_t message, std::string_view sql) const {
  const bool is_query = message == type::query;
  Company company = Company::welcome;
  if (!sql.empty())  // what the gateway may refuse needs a Sync of its own
    company = scan_statement(sql).reads_sequence ? Company::unwanted : company_of(sql);
  else if (passes_statements_ || message == type::function_call || is_query)
    company = Company::unwanted;
  if (company == Company::begins) return is_query ? Company::begins : Company::unwanted;
  return server_->entry_may_be_joined(message) ? company : Company::unwanted;
}

// Messages about whom the client acts for are dealt with here; the others go on.
std::optional<ClientSession::Step> ClientSession::claim_message(const Frame& frame, base::ByteView rest,
                                                                std::size_t& used) {
  switch (frame.type) {
    case type::query:
      return claim_query(frame, rest, used);
    case type::parse:
      return claim_parse(frame, rest, used);
    case type::bind:
      return claim_bind(frame, rest, used);
    case type::describe:
    case type::close:
      return claim_object(frame, rest, used);
    case type::execute:
      return claim_execute(frame, rest, used);
    case type::sync:
      if (!is_in_transaction()) claims_->bound.reset();
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// A text that is too long to be obeyed must not leave the client with the team of before.
std::optional<ClientSession::Step> ClientSession::refuse_long_claim(const Frame& frame, base::ByteView rest) {
  if (rest.size() < looked_at_octets) return Step::more;
  std::string_view head = base::as_text(rest.first(looked_at_octets).subspan(pgwire::header_octets));
  if (frame.type == type::parse) head.remove_prefix(std::min(head.find('\0'), head.size() - 1) + 1);
  if (!may_begin_claim_statement(head)) return std::nullopt;
  fail(sqlstate::configuration_limit_exceeded, "a text that may set art32.claim is too long to be read",
       "send it by itself, without a long comment before it");
  return Step::closed;
}

std::optional<ClientSession::Step> ClientSession::claim_query(const Frame& frame, base::ByteView rest,
                                                              std::size_t& used) {
  if (frame.octets > limits::gateway_scanned_octets) return refuse_long_claim(frame, rest);
  if (rest.size() < frame.octets) return Step::more;
  const auto query = pgwire::parse_query(body_of(frame, rest));
  if (!query || !may_be_claim_statement(query->text)) return std::nullopt;
  const auto statement = parse_claim_statement(query->text);
  if (!statement) return std::nullopt;
  if (!passes_statements_) statements_.erase("");
  return obey(*statement, Request::query, frame, rest, used);
}

std::optional<ClientSession::Step> ClientSession::claim_parse(const Frame& frame, base::ByteView rest,
                                                              std::size_t& used) {
  if (frame.octets > limits::gateway_scanned_octets) return refuse_long_claim(frame, rest);
  if (rest.size() < frame.octets) return Step::more;
  const base::ByteView body = body_of(frame, rest);
  const auto parse = pgwire::parse_parse(body);
  if (!parse) return std::nullopt;
  if (!may_be_claim_statement(parse->text) || !parse_claim_statement(parse->text)) {
    if (passes_statements_) statements_.erase(parse->name);  // of that name the server has one now
    return std::nullopt;
  }
  if (!parse->name.empty() && statements_.find(parse->name) != nullptr) return std::nullopt;  // refused there
  if (const Step step = before_claim(frame.type); step != Step::next) return step;
  const StatementPointer statement = worker_.statements().find_or_add(
      body.subspan(parse->name.size() + 1), worker_.settings_book().name_view(settings_));
  const std::uint32_t ticket = statements_.set(parse->name, statement);
  if (ticket == 0) return std::nullopt;
  used = frame.octets;
  answer_here(Request::parse, ticket);
  return Step::next;
}

std::optional<ClientSession::Step> ClientSession::claim_bind(const Frame& frame, base::ByteView rest,
                                                             std::size_t& used) {
  const std::size_t there = std::min<std::size_t>(rest.size(), frame.octets);
  const auto names =
      pgwire::read_bind_names(rest.subspan(pgwire::header_octets, there - pgwire::header_octets));
  if (!names) return std::nullopt;  // looked at again there
  const StatementPointer* const statement = statements_.find(names->statement);
  const bool is_claim = statement != nullptr && (*statement)->effects.sets_claim;
  if (claims_->bound && claims_->bound->portal == names->portal) claims_->bound.reset();
  if (!is_claim) return std::nullopt;
  if (there < frame.octets) return Step::more;
  if (const Step step = before_claim(frame.type); step != Step::next) return step;
  used = frame.octets;
  claims_->bound = {std::string(names->portal), *parse_claim_statement((*statement)->sql())};
  answer_here(Request::bind);
  return Step::next;
}

// Describe and Close.
std::optional<ClientSession::Step> ClientSession::claim_object(const Frame& frame, base::ByteView rest,
                                                               std::size_t& used) {
  if (rest.size() < frame.octets) return Step::more;
  const auto object = pgwire::parse_object_name(body_of(frame, rest));
  if (!object) return std::nullopt;
  const bool is_close = frame.type == type::close;
  if (object->kind == pgwire::ObjectKind::portal) {
    if (!claims_->bound || claims_->bound->portal != object->name) return std::nullopt;
    if (const Step step = before_claim(frame.type); step != Step::next) return step;
    if (is_close) claims_->bound.reset();
    used = frame.octets;
    answer_here(is_close ? Request::close : Request::describe_portal);
    return Step::next;
  }
  const StatementPointer* const statement = statements_.find(object->name);
  if (statement == nullptr || !(*statement)->effects.sets_claim) return std::nullopt;
  if (const Step step = before_claim(frame.type); step != Step::next) return step;
  if (is_close) statements_.erase(object->name);
  used = frame.octets;
  answer_here(is_close ? Request::close : Request::describe_statement);
  return Step::next;
}

std::optional<ClientSession::Step> ClientSession::claim_execute(const Frame& frame, base::ByteView rest,
                                                                std::size_t& used) {
  if (!claims_->bound) return std::nullopt;
  if (rest.size() < frame.octets) return Step::more;
  const auto execute = pgwire::parse_execute(body_of(frame, rest));
  if (!execute || claims_->bound->portal != execute->portal) return std::nullopt;
  const ClaimStatement statement = claims_->bound->statement;
  return obey(statement, Request::execute, frame, rest, used);
}

ClientSession::Step ClientSession::obey(const ClaimStatement& statement, Request request, const Frame& frame,
                                        base::ByteView rest, std::size_t& used) {
  if (server_ != nullptr && !server_->conversation().owes_nothing()) return wait_for_answers();
  if (server_ != nullptr && server_->conversation().is_skipping()) {
    drop(frame, rest, used);
    return Step::next;
  }
  if (server_ != nullptr && server_->conversation().status() == TransactionStatus::failed)
    return refuse_claim(sqlstate::in_failed_transaction,
                        "current transaction is aborted, commands ignored until end of transaction block", {},
                        request, frame, rest, used);
  const auto standing = standing_of(statement);
  if (!standing)
    return refuse_claim(sqlstate_of(standing.error()), standing.error().what, standing.error().mend, request,
                        frame, rest, used);
  if (statement.scope == ClaimStatement::Scope::transaction && !is_in_transaction())
    notice_ = Notice{sqlstate::no_active_transaction, "SET LOCAL can only be used in transaction blocks", {}};
  else if (!is_free())
    return obey_at_server(statement, *standing, request, frame, rest, used);
  else
    act_for(*standing, statement.scope);
  used = frame.octets;
  answer_here(answer_to(statement));
  if (request == Request::query) answer_ready();
  return Step::next;
}

void ClientSession::answer_ready() {
  if (!is_free()) {
    server_->conversation().sent(Request::sync, Owner::client);
    worker_.to_server().view(pgwire::sync_message);
    return;
  }
  if (has_notice()) worker_.to_client().write([&](base::Bytes& out) { put_notice(out); });
  worker_.to_client().write(
      [](base::Bytes& out) { pgwire::put_ready_for_query(out, TransactionStatus::idle); });
}

// The entry takes the SET's place: if it fails, that has failed.
ClientSession::Step ClientSession::obey_at_server(const ClaimStatement& statement,
                                                  ClientClaims::Standing standing, Request request,
                                                  const Frame& frame, base::ByteView rest,
                                                  std::size_t& used) {
  if (const std::string why = why_team_must_stay(standing); !why.empty())
    return refuse_claim(sqlstate::active_transaction, why,
                        "set it before anything else, or for a transaction of its own", request, frame, rest,
                        used);
  if (!server_->entry().has_session()) {
    // Within the client's own batch or transaction, so that it is still the same one after it.
    server_->ask_session();
    return Step::wait;
  }
  used = frame.octets;
  act_for(std::move(standing), statement.scope);
  server_->enter_in_transaction(claims_->now().claim, passes_statements_);
  server_->conversation().answered_here(answer_to(statement));
  if (request == Request::query) answer_ready();
  return Step::next;
}

// Empty: it may change. While a server connection is kept, what one team did there can't be
// told from what the next one does.
std::string ClientSession::why_team_must_stay(const ClientClaims::Standing& standing) const {
  const std::string_view now = team_of(claims_->now().claim);
  const std::string_view next = team_of(standing.claim);
  const bool is_amid = !server_->conversation().is_idle();
  if (is_amid && has_savepoint_) return "the claim can't change behind a savepoint";
  if (now == next || (next.empty() && !is_in_transaction())) return {};
  if (is_amid && !now.empty()) return "a transaction acts for one team";
  if (!pinned_by_.empty() && !next.empty() && next != kept_team_)
    return fmt::format("this session keeps its server connection, because of {}, and so its team",
                       pinned_by_);
  if (keeps_server_ && !next.empty() && !kept_team_.empty() && next != kept_team_)
    return "a session of this pool mode acts for one team: connect again for another";
  if (is_amid && !keeps_server_ && server_->is_touched())
    return "the claim comes too late: what ran before in this transaction may have changed the session";
  return {};
}

// Nothing of the client's is with a server that it would keep.
bool ClientSession::is_free() const {
  return server_ == nullptr || (server_->conversation().is_idle() && !keeps_server_ && pinned_by_.empty());
}

// A claim's message is answered at once where the client is free, and it may get free. With a
// server that is kept it opens a batch, so that one is entered first.
ClientSession::Step ClientSession::before_claim(std::uint8_t message) {
  if (is_free()) return Step::next;
  if (must_go_alone(message)) return wait_for_answers();
  const bool is_kept = keeps_server_ || !pinned_by_.empty();
  if (!is_kept && !server_->conversation().owes_nothing()) return wait_for_answers();
  return server_->conversation().is_idle() ? need_server(message) : Step::next;
}

ClientSession::Step ClientSession::refuse_claim(const pgwire::SqlState& state, std::string_view message,
                                                std::string_view hint, Request request, const Frame& frame,
                                                base::ByteView rest, std::size_t& used) {
  forget_claim();
  if (!is_free())
    return refuse(request == Request::query ? request : Request::describe_statement, state, message, hint,
                  frame, rest, used);
  drop(frame, rest, used);
  worker_.to_client().write([&](base::Bytes& out) {
    pgwire::put_error_response(out, {pgwire::Severity::error, state, message, {}, hint});
    if (request == Request::query) pgwire::put_ready_for_query(out, TransactionStatus::idle);
  });
  if (request != Request::query) skips_to_sync_ = true;
  return Step::next;
}

}  // namespace art32::gateway
