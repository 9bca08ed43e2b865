#include "gateway/role_lookup.h"

#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "net/loop/event_loop.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frame.h"
#include "pgwire/frontend.h"
#include "pgwire/rows.h"

namespace art32::gateway {

using base::ErrorCode;
using base::failure;
namespace type = pgwire::backend_type;

namespace {

constexpr std::int32_t most_rows = 2;  // one too many is seen
constexpr std::uint16_t columns = 3;

// pg_temp is searched last only where it is named. Start-up settings come before those of the
// role and the database.
const ServerLogin::Parameters start_up = {{"application_name", "art32 auth query"},
                                          {"search_path", "pg_catalog, pg_temp"},
                                          {"default_transaction_read_only", "on"},
                                          {"client_encoding", "UTF8"}};

// Whatever the query is, it gives three columns and what isn't valid any more counts as that.
std::string question_sql(const AuthQuery& auth) {
  return fmt::format(
      "select q.role, q.verifier, q.valid_until is null or q.valid_until > pg_catalog.clock_timestamp() "
      "from ({}) as q(role, verifier, valid_until)",
      auth.query);
}

// "22...": the user's name is none that the server could have, by its encoding for example.
// "57P...": the server ends the connection, which is seen when it does.
bool says_nothing_of_the_query(const pgwire::DiagnosticView& error) {
  const std::string_view state = error.field(pgwire::FieldCode::sqlstate).value_or("");
  return state.starts_with("22") || state.starts_with("57P");
}

base::Error error_of(const pgwire::DiagnosticView& error) {
  return {ErrorCode::configuration,
          fmt::format("{} ({})", error.field(pgwire::FieldCode::message).value_or(""),
                      error.field(pgwire::FieldCode::sqlstate).value_or("")),
          "auth_query must give a role, its verifier and until when it is valid, and auth_role must be "
          "allowed to run it"};
}

std::optional<RoleLookup::Role> nobody(const std::string& role, std::string_view why) {
  base::log_info("a role can't sign in", {{"role", role}, {"why", std::string(why)}});
  return std::nullopt;
}

}  // namespace

RoleLookup::RoleLookup(net::EventLoop& loop, net::Resolver& resolver,
                       std::shared_ptr<const Database> database)
    : loop_(loop),
      resolver_(resolver),
      database_(std::move(database)),
      next_(loop, [this] { go_on(); }),
      deadline_(loop, [this] {
        hang_up();
        refuse({ErrorCode::timeout, "the auth query took too long", "see connect_timeout"});
      }) {}

std::shared_ptr<void> RoleLookup::find(const std::string& user, Done done) {
  auto question = std::make_shared<Question>(Question{user, std::move(done)});
  questions_.push_back(question);
  next_.set({});
  return question;
}

void RoleLookup::reconfigure(std::shared_ptr<const Database> database) {
  login_.reset();
  hang_up();
  if (!database || !database->auth_query) answer_all([] { return std::optional<Role>(); });
  if (!database) return;
  database_ = std::move(database);
  next_.set({});
}

void RoleLookup::tend(std::chrono::steady_clock::time_point now) {
  if (leg_ && !is_asking_ && now - used_ > database_->limits.idle) hang_up();
}

void RoleLookup::go_on() {
  if (is_asking_) return;
  std::erase_if(questions_, [](const auto& question) { return question.expired(); });
  if (questions_.empty()) return;
  if (leg_ && !leg_->is_quiet()) hang_up();
  if (leg_) return ask();
  if (!login_) dial();
}

void RoleLookup::dial() {
  ServerCredential credential;
  credential.role = database_->auth_query->role;
  if (database_->auth_query->password.size() > 0) credential.secret = database_->auth_query->password.clone();
  login_ = std::make_unique<ServerLogin>(loop_, resolver_, database_, std::move(credential), "",
                                         [this](auto outcome) { signed_in(std::move(outcome)); });
  login_->set_parameters(start_up);
  login_->start();
}

void RoleLookup::signed_in(base::Result<ServerLogin::Outcome> outcome) {
  const std::unique_ptr<ServerLogin> login = std::move(login_);
  if (!outcome) return lost(outcome.error());
  leg_ = std::move(outcome->leg);
  leg_->set_handler(*this);
  next_.set({});
}

void RoleLookup::ask() {
  const auto question = questions_.front().lock();
  is_asking_ = true;
  rows_ = 0;
  role_.reset();
  error_.reset();
  const std::string sql = question_sql(*database_->auth_query);
  const std::uint8_t text[] = {0, 0, 0, pgwire::text_type};
  const pgwire::Value user[] = {base::as_bytes(question->user)};
  base::Bytes out;
  pgwire::put_parse(out, {"", sql, text});
  pgwire::put_text_bind(out, "", "", user);
  pgwire::put_execute(out, {"", most_rows});
  base::append(out, pgwire::sync_message);
  deadline_.set(database_->limits.connect);
  leg_->send(out);
}

void RoleLookup::on_octets(base::ByteView octets) {
  base::append(held_, octets);
  std::size_t at = 0;
  while (leg_) {
    const base::ByteView rest = base::ByteView(held_).subspan(at);
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::backend, rest);
    if (frame.status == pgwire::FrameStatus::invalid || frame.octets > base::limits::gateway_login_octets)
      return lost({ErrorCode::unavailable, "the server's answer to the auth query makes no sense", ""});
    if (frame.status == pgwire::FrameStatus::incomplete || rest.size() < frame.octets) break;
    const base::Status taken =
        take(frame.type, rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets));
    if (!taken) return lost(taken.error());
    at += frame.octets;
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(std::min(at, held_.size())));
}

base::Status RoleLookup::take(std::uint8_t message, base::ByteView body) {
  switch (message) {
    case type::notice_response:
    case type::parameter_status:
      return {};
    case type::error_response: {
      const auto error = pgwire::DiagnosticView::parse(body);
      if (!error) break;
      if (!says_nothing_of_the_query(*error)) error_ = error_of(*error);
      return {};
    }
    default:
      break;
  }
  if (is_asking_) {
    switch (message) {
      case type::parse_complete:
      case type::bind_complete:
      case type::command_complete:
      case type::portal_suspended:
        return {};
      case type::data_row:
        take_row(body);
        return {};
      case type::ready_for_query:
        if (rows_ > 1)
          error_ =
              base::Error{ErrorCode::configuration, "the auth query gives several rows for one user", ""};
        if (error_)
          refuse(*error_);
        else
          answer(std::exchange(role_, std::nullopt));
        return {};
      default:
        break;
    }
  }
  return failure(
      ErrorCode::unavailable,
      fmt::format("message '{}' has no place in the answer to the auth query", static_cast<char>(message)));
}

void RoleLookup::take_row(base::ByteView body) {
  ++rows_;
  const auto row = pgwire::parse_data_row(body);
  if (!row || row->count() != columns) {
    error_ = base::Error{ErrorCode::configuration, "the auth query gives more than three columns", ""};
    return;
  }
  pgwire::ValueReader values(*row);
  const pgwire::Value role = values.next(), verifier = values.next(), is_valid = values.next();
  if (!role) return;
  const std::string name(base::as_text(*role));
  if (is_valid && base::as_text(*is_valid) != "t")
    role_ = nobody(name, "it is beyond its VALID UNTIL");
  else if (!verifier)
    role_ = nobody(name, "it has no password");
  else if (auto parsed = pgwire::parse_scram_verifier(base::as_text(*verifier)))
    role_ = Role{name, std::move(*parsed)};
  else
    role_ = nobody(name, "its password isn't kept for SCRAM-SHA-256: set it again");
}

void RoleLookup::on_end(const net::StreamEnd& end) {
  lost({ErrorCode::unavailable, "the server ended the connection of the auth query: " + end.text(), ""});
}

// The connection is of no use any more; one that had been idle may have been so before it was
// used, so that a question is asked twice.
void RoleLookup::lost(const base::Error& error) {
  const bool was_connected = leg_ != nullptr;
  const bool was_asking = std::exchange(is_asking_, false);
  hang_up();
  if (was_connected && !was_asking) return;
  const auto question = questions_.empty() ? nullptr : questions_.front().lock();
  if (was_connected && question && !std::exchange(question->was_lost, true)) return next_.set({});
  warn(error);
  answer_all([&] { return tl::unexpected<base::Error>(error); });
}

void RoleLookup::refuse(const base::Error& error) {
  warn(error);
  answer(tl::unexpected<base::Error>(error));
}

void RoleLookup::warn(const base::Error& error) const {
  base::log_warning("users can't be looked up at the server",
                    {{"database", database_->name}, {"error", error.message()}});
}

void RoleLookup::hang_up() {
  if (leg_) leg_->send(pgwire::terminate_message);
  leg_.reset();
  held_.clear();
  deadline_.cancel();
  is_asking_ = false;
}

// To the question at the front; the next one is asked from the loop.
void RoleLookup::answer(Answer answer) {
  deadline_.cancel();
  is_asking_ = false;
  used_ = loop_.now();
  if (questions_.empty()) return;
  const auto question = questions_.front().lock();
  questions_.pop_front();
  next_.set({});
  if (question) question->done(std::move(answer));
}

// Who comes while they are told asks anew.
void RoleLookup::answer_all(const std::function<Answer()>& make) {
  for (std::size_t left = questions_.size(); left > 0; --left)
    answer(make());
}

}  // namespace art32::gateway
