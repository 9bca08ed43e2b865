#include "gateway/console_session.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "gateway/client_session.h"
#include "gateway/worker.h"
#include "pgwire/backend.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frontend.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;
namespace type = pgwire::frontend_type;

namespace {

constexpr std::chrono::milliseconds look_again{100};

// What drivers want to know before they ask anything.
constexpr std::pair<std::string_view, std::string_view> parameters[] = {
    {"server_version", "15.0"}, {"server_encoding", "UTF8"}, {"client_encoding", "UTF8"},
    {"DateStyle", "ISO, MDY"},  {"integer_datetimes", "on"}, {"standard_conforming_strings", "on"},
    {"TimeZone", "UTC"},
};

}  // namespace

ConsoleSession::ConsoleSession(ClientSession& session, std::string principal)
    : session_(session),
      principal_(std::move(principal)),
      again_(session.worker().loop(), [this] { wait_until_paused(pausing_); }) {}

void ConsoleSession::greet() {
  base::Bytes out;
  for (const auto& [name, value] : parameters)
    pgwire::put_parameter_status(out, {name, value});
  pgwire::put_backend_key_data(out, {session_.cancel_id, session_.cancel_key});
  pgwire::put_ready_for_query(out, pgwire::TransactionStatus::idle);
  session_.leg().send(out);
}

void ConsoleSession::take(base::ByteView octets) {
  if (held_.size() + octets.size() > limits::gateway_login_octets)
    return session_.fail(sqlstate::protocol_violation, "that is too long for a command of the console");
  base::append(held_, octets);
  read_messages();
}

void ConsoleSession::read_messages() {
  while (!is_busy_) {
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::frontend, held_);
    if (frame.status == pgwire::FrameStatus::invalid)
      return session_.fail(sqlstate::protocol_violation, frame.reason);
    if (frame.status == pgwire::FrameStatus::incomplete || held_.size() < frame.octets) return;
    const base::Bytes body(held_.begin() + pgwire::header_octets, held_.begin() + frame.octets);
    held_.erase(held_.begin(), held_.begin() + frame.octets);
    if (frame.type == type::terminate) return session_.close();
    if (frame.type != type::query) {
      refuse_extended(frame.type);
      continue;
    }
    if (skips_to_sync_) continue;
    const auto query = pgwire::parse_query(body);
    if (!query) return session_.fail(sqlstate::protocol_violation, "a query that isn't one");
    run(query->text);
  }
}

// As PostgreSQL does after an error: the first message is answered, the others up to Sync aren't.
// A FunctionCall is a cycle of its own.
void ConsoleSession::refuse_extended(std::uint8_t message) {
  if (message == type::sync) {
    skips_to_sync_ = false;
    return finish({});
  }
  const bool is_call = message == type::function_call;
  if (message == type::flush || skips_to_sync_) return;
  skips_to_sync_ = !is_call;
  base::Bytes answer;
  pgwire::put_error_response(answer, {pgwire::Severity::error,
                                      sqlstate::feature_not_supported,
                                      "the console understands simple queries only",
                                      {},
                                      "use psql, or your driver's simple protocol"});
  if (is_call) return finish(std::move(answer));
  session_.leg().send(answer);
}

void ConsoleSession::run(std::string_view text) {
  using Kind = ConsoleCommand::Kind;
  const ConsoleCommand command = parse_console_command(text);
  Worker& worker = session_.worker();
  base::Bytes answer;
  const bool names_database = command.kind == Kind::pause || command.kind == Kind::resume;
  if (names_database && !is_there(command.subject)) return finish(no_database(command.subject));
  switch (command.kind) {
    case Kind::none:
      put_done(answer, "OK");
      break;
    case Kind::show:
      return ask([this, subject = command.subject](const GatewayReport& report) {
        base::Bytes shown;
        put_show(shown, subject, report, *session_.worker().settings());
        finish(std::move(shown));
      });
    case Kind::pause:
      worker.switchboard().pause(command.subject);
      return wait_until_paused(command.subject);
    case Kind::resume:
      worker.switchboard().resume(command.subject);
      put_done(answer, "RESUME");
      break;
    case Kind::reload:
      if (const auto& request = worker.settings()->request_reload) {
        request();
        put_done(answer, "RELOAD");
      } else {
        put_console_error(answer, "this gateway's configuration can't be read anew from here", "");
      }
      break;
    case Kind::excess:
      put_console_error(answer, fmt::format("\"{}\" is too much after the command", command.subject),
                        "send one command at a time; SHOW HELP lists what there is");
      break;
    case Kind::unknown:
      put_console_error(answer, "the console doesn't know the command " + command.subject,
                        "it knows SHOW, PAUSE, RESUME and RELOAD; SHOW HELP lists them");
      break;
  }
  finish(std::move(answer));
}

// Empty: all of them.
bool ConsoleSession::is_there(const std::string& database) const {
  return database.empty() || session_.worker().settings()->databases.contains(database);
}

base::Bytes ConsoleSession::no_database(const std::string& database) const {
  std::vector<std::string_view> names;
  const auto settings = session_.worker().settings();
  for (const auto& [name, configured] : settings->databases)
    names.push_back(name);
  base::Bytes answer;
  const std::string what = fmt::format("there is no database \"{}\"", database);
  const std::string hint = fmt::format("there are: {}", fmt::join(names, ", "));
  pgwire::put_error_response(answer,
                             {pgwire::Severity::error, sqlstate::invalid_catalog_name, what, {}, hint});
  return answer;
}

void ConsoleSession::ask(std::function<void(const GatewayReport&)> answer) {
  is_busy_ = true;
  Worker& worker = session_.worker();
  worker.switchboard().survey([mailbox = worker.mailbox(), alive = std::weak_ptr<int>(alive_),
                               answer = std::move(answer)](GatewayReport report) {
    mailbox->post([alive, answer, report = std::move(report)] {
      if (!alive.expired()) answer(report);
    });
  });
}

// Until no client has a server any more: then the database may be restarted.
void ConsoleSession::wait_until_paused(const std::string& database) {
  pausing_ = database;
  ask([this](const GatewayReport& report) {
    std::size_t busy = 0;
    for (const PoolReport& pool : report.pools)
      if ((pausing_.empty() || pool.database == pausing_) && !pool.is_replication)
        busy += pool.servers_active + pool.servers_idle;
    if (busy > 0) return again_.set(look_again);
    base::Bytes answer;
    put_done(answer, "PAUSE");
    finish(std::move(answer));
  });
}

void ConsoleSession::finish(base::Bytes answer) {
  pgwire::put_ready_for_query(answer, pgwire::TransactionStatus::idle);
  session_.leg().send(answer);
  const bool was_busy = std::exchange(is_busy_, false);
  if (was_busy) read_messages();
}

}  // namespace art32::gateway
