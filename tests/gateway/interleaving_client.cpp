#include "tests/gateway/interleaving_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "pgwire/frontend.h"
#include "pgwire/startup.h"

namespace art32::test {

using namespace std::chrono_literals;
using End = OctetMessage::End;

InterleavingClient::InterleavingClient(const Choice& choice)
    : choice_(choice), canary_(fmt::format("canary-{}", choice.number)), random_(choice.seed) {}

void InterleavingClient::fault(const std::string& what) {
  trouble_.push_back(fmt::format("{}, action {}: {}", canary_, actions_, what));
}

void InterleavingClient::connect() {
  setting_.clear();
  for (int tries = 0; tries < 20; ++tries) {
    client_.emplace(choice_.port);
    const OctetMessage refusal = client_->log_in(choice_.login);
    if (!refusal && refusal.end == End::none) return;
    if (!choice_.servers_are_killed) fault("log-in refused: " + refusal.field('M'));
    std::this_thread::sleep_for(20ms);
  }
  fault("twenty log-ins in a row were refused");
}

void InterleavingClient::act() {
  ++actions_;
  if (!client_) connect();
  using Action = void (InterleavingClient::*)();
  static constexpr std::pair<Action, unsigned> actions[] = {
      {&InterleavingClient::simple, 20},      {&InterleavingClient::several_statements, 6},
      {&InterleavingClient::large_result, 4}, {&InterleavingClient::extended, 16},
      {&InterleavingClient::pipeline, 10},    {&InterleavingClient::pipeline_with_an_error, 8},
      {&InterleavingClient::transaction, 10}, {&InterleavingClient::settings, 8},
      {&InterleavingClient::copy_in, 4},      {&InterleavingClient::copy_out, 4},
      {&InterleavingClient::cancelled, 3},    {&InterleavingClient::timed_out, 3},
      {&InterleavingClient::vanish, 4},       {&InterleavingClient::end_own_server, 1},
  };
  unsigned left = below(101);
  for (const auto& [action, weight] : actions) {
    if (left < weight) return (this->*action)();
    left -= weight;
  }
}

std::string InterleavingClient::own_row(const std::string& more) {
  return fmt::format("'{}' as canary, {} as number{}", canary_, next_++, more);
}

void InterleavingClient::check_row(const std::vector<std::string>& row, std::uint64_t number) {
  ++rows_;
  if (row.size() < 2 || row[0] != canary_ || row[1] != std::to_string(number))
    fault(fmt::format("a row of another one: {}, {} instead of {}", row.empty() ? "" : row[0],
                      row.size() < 2 ? "" : row[1], number));
}

// The connection is gone; whether that may be.
bool InterleavingClient::lost(const OctetResult& result) {
  if (result.status != 0) return false;
  ++losses_;
  const std::string& state = result.last_sqlstate;
  const bool is_told = state == "57P01" || state == "08006" || state == "57P03" || state.empty();
  if (!choice_.servers_are_killed || !is_told)
    fault("the connection was lost: " + state + " " + result.error.field('M'));
  client_.reset();
  return true;
}

bool InterleavingClient::check(const OctetResult& result, std::size_t rows, const std::string& what) {
  if (lost(result)) return false;
  if (result.error) fault(what + ": " + result.error.sqlstate() + " " + result.error.field('M'));
  if (!result.error && result.rows.size() != rows)
    fault(fmt::format("{}: {} rows instead of {}", what, result.rows.size(), rows));
  return !result.error && result.rows.size() == rows;
}

void InterleavingClient::simple() {
  const std::uint64_t number = next_;
  const OctetResult result = client_->query("select " + own_row());
  if (check(result, 1, "simple")) check_row(result.rows[0], number);
}

void InterleavingClient::several_statements() {
  const std::uint64_t number = next_;
  std::string sql;
  for (int i = 0; i < 3; ++i)
    sql += "select " + own_row() + "; ";
  const OctetResult result = client_->query(sql);
  if (!check(result, 3, "several statements")) return;
  for (unsigned i = 0; i < 3; ++i)
    check_row(result.rows[i], number + i);
}

void InterleavingClient::large_result() {
  const std::uint64_t number = next_;
  const unsigned rows = 1 + below(300), width = below(8'000);
  const OctetResult result =
      client_->query("select " + own_row(fmt::format(", g, repeat('{}', {}) from generate_series(1, {}) g",
                                                     canary_.back(), width, rows)));
  if (!check(result, rows, "large result")) return;
  for (unsigned i = 0; i < rows; ++i) {
    check_row(result.rows[i], number);
    if (result.rows[i][2] != std::to_string(i + 1) || result.rows[i][3] != std::string(width, canary_.back()))
      fault("a large row isn't its own");
  }
}

namespace {

// All clients have statements of these names, each its own.
void put_parse_of(base::Bytes& out, const std::string& name, const std::string& sql) {
  pgwire::put_parse(out, {name, sql, {}});
}

void put_run(base::Bytes& out, const std::string& name, const std::string& value) {
  const pgwire::Value values[] = {base::as_bytes(value)};
  pgwire::put_text_bind(out, "", name, values);
  pgwire::put_describe(out, {pgwire::ObjectKind::portal, ""});
  pgwire::put_execute(out, {"", 0});
}

}  // namespace

void InterleavingClient::extended() {
  const std::string name = below(3) == 0 ? "" : fmt::format("s{}", below(4));
  const std::string number = std::to_string(next_++);
  base::Bytes out;
  if (!name.empty()) pgwire::put_close(out, {pgwire::ObjectKind::statement, name});
  // Some texts are everybody's, some only this client's.
  const bool is_shared = below(2) == 0;
  put_parse_of(out, name,
               is_shared ? "select $1::text, $1::text" : fmt::format("select '{}', $1::text", canary_));
  put_run(out, name, is_shared ? canary_ : number);
  base::append(out, pgwire::sync_message);
  client_->send(out);
  const OctetResult result = client_->result();
  if (!check(result, 1, "extended")) return;
  if (!is_shared) return check_row(result.rows[0], std::stoull(number));
  ++rows_;
  if (result.rows[0] != std::vector<std::string>{canary_, canary_}) fault("a parameter of another one");
}

void InterleavingClient::pipeline() {
  const unsigned batches = 1 + below(8);
  const std::string name = below(2) == 0 ? "p" : "";
  const std::uint64_t number = next_;
  base::Bytes out;
  if (!name.empty()) pgwire::put_close(out, {pgwire::ObjectKind::statement, name});
  put_parse_of(out, name, fmt::format("select '{}', $1::text", canary_));
  for (unsigned i = 0; i < batches; ++i) {
    put_run(out, name, std::to_string(next_++));
    base::append(out, pgwire::sync_message);
  }
  // In two pieces, cut anywhere.
  const std::size_t cut = below(static_cast<unsigned>(out.size()));
  client_->send(base::ByteView(out).first(cut));
  if (below(2) == 0) std::this_thread::sleep_for(std::chrono::microseconds(below(500)));
  client_->send(base::ByteView(out).subspan(cut));
  for (unsigned i = 0; i < batches; ++i) {
    const OctetResult result = client_->result();
    if (!client_) return;
    if (check(result, 1, "pipeline")) check_row(result.rows[0], number + i);
    if (!client_) return;
  }
}

void InterleavingClient::pipeline_with_an_error() {
  const std::uint64_t before = next_++, after = next_++;
  base::Bytes out;
  put_parse_of(out, "", fmt::format("select '{}', (10 / $1::text::int + {} - 10)::text", canary_, before));
  put_run(out, "", "1");
  put_run(out, "", "0");
  put_run(out, "", "1");  // passed over
  base::append(out, pgwire::sync_message);
  put_parse_of(out, "e", fmt::format("select '{}', $1::text", canary_));
  put_run(out, "e", std::to_string(after));
  pgwire::put_close(out, {pgwire::ObjectKind::statement, "e"});
  base::append(out, pgwire::sync_message);
  client_->send(out);
  const OctetResult failed = client_->result();
  if (lost(failed)) return;
  if (failed.error.sqlstate() != "22012" || failed.rows.size() != 1)
    fault(fmt::format("pipeline with an error: {} and {} rows", failed.error.sqlstate(), failed.rows.size()));
  if (!failed.rows.empty()) check_row(failed.rows[0], before);
  const OctetResult well = client_->result();
  if (check(well, 1, "behind an error")) check_row(well.rows[0], after);
}

void InterleavingClient::transaction() {
  if (!check(client_->query("begin"), 0, "begin")) return;
  for (unsigned i = 1 + below(4); i > 0; --i) {
    const std::uint64_t number = next_;
    const OctetResult result = client_->query("select " + own_row(", pg_backend_pid()"));
    if (!check(result, 1, "in a transaction")) return;
    check_row(result.rows[0], number);
    if (result.status != 'T') fault("the transaction isn't open any more");
  }
  const bool fails = below(4) == 0;
  if (fails) {
    const OctetResult result = client_->query("select 1/0");
    if (lost(result)) return;
    if (result.status != 'E') fault("a failed transaction isn't failed");
  }
  check(client_->query(fails || below(2) == 0 ? "rollback" : "commit"), 0, "end of a transaction");
}

void InterleavingClient::settings() {
  const std::string value = fmt::format("{}-{}", canary_, next_++);
  switch (below(4)) {
    case 0:
      if (check(client_->query("set my.canary = '" + value + "'"), 0, "set")) setting_ = value;
      break;
    case 1:
      if (!check(client_->query("begin"), 0, "begin")) return;
      if (!check(client_->query("set my.canary = '" + value + "'"), 0, "set")) return client_.reset();
      if (!check(client_->query("rollback"), 0, "rollback")) return;
      break;
    case 2:
      if (!check(client_->query("begin; set local my.canary = '" + value + "'"), 0, "set local"))
        return client_.reset();
      if (!check(client_->query("commit"), 0, "commit")) return;
      break;
    default:
      if (check(client_->query("reset my.canary"), 0, "reset")) setting_.clear();
      break;
  }
  if (!client_) return;
  const OctetResult result = client_->query("select coalesce(current_setting('my.canary', true), '')");
  if (check(result, 1, "settings") && result.rows[0][0] != setting_)
    fault("the setting is \"" + result.rows[0][0] + "\" instead of \"" + setting_ + "\"");
}

void InterleavingClient::copy_in() {
  if (!check(client_->query("begin"), 0, "begin")) return;
  base::Bytes out;
  pgwire::put_query(out, "copy item (name) from stdin");
  const unsigned rows = 1 + below(50);
  for (unsigned i = 0; i < rows; ++i) {
    const std::string line = canary_ + "\n";
    out.push_back('d');
    base::put_u32(out, static_cast<std::uint32_t>(4 + line.size()));
    base::append(out, base::as_bytes(line));
  }
  const bool fails = below(3) == 0;
  if (fails)
    pgwire::put_copy_fail(out, "changed my mind");
  else
    base::append(out, pgwire::copy_done_message);
  client_->send(out);
  const OctetResult result = client_->result();
  if (lost(result)) return;
  if (fails != static_cast<bool>(result.error)) fault("COPY ended otherwise: " + result.error.field('M'));
  if (!fails && !result.error) {
    const OctetResult count = client_->query("select count(*) from item where name = '" + canary_ + "'");
    if (check(count, 1, "copied rows") && count.rows[0][0] != std::to_string(rows))
      fault("copied " + count.rows[0][0] + " rows instead of " + std::to_string(rows));
    if (!client_) return;
  }
  check(client_->query("rollback"), 0, "rollback of a copy");
}

void InterleavingClient::copy_out() {
  const unsigned rows = 1 + below(200);
  base::Bytes out;
  pgwire::put_query(out,
                    fmt::format("copy (select '{}' from generate_series(1, {})) to stdout", canary_, rows));
  client_->send(out);
  unsigned came = 0;
  OctetResult result;
  while (true) {
    OctetMessage message = client_->read();
    if (message.type == 'd') {
      ++came;
      if (base::as_text(message.body) != canary_ + "\n") fault("copied data of another one");
    } else if (message.type == 'E') {
      result.error = std::move(message);
    } else if (message.type == 'Z' || !message) {
      result.status = message ? static_cast<char>(message.body[0]) : '\0';
      break;
    }
  }
  if (check(result, 0, "copy out") && came != rows) fault(fmt::format("{} of {} rows copied", came, rows));
}

void InterleavingClient::cancelled() {
  const std::uint64_t number = next_;
  base::Bytes out;
  pgwire::put_query(out, "select " + own_row(", pg_sleep(0.02)"));
  client_->send(out);
  std::this_thread::sleep_for(std::chrono::microseconds(below(25'000)));
  {
    OctetClient other(choice_.port);
    base::Bytes request;
    pgwire::put_cancel_request(request, {client_->process_id, client_->cancel_key});
    other.send(request);
    other.last_words();  // from here on no query of ours can be hit
  }
  const OctetResult result = client_->result();
  if (lost(result)) return;
  if (!result.error && result.rows.size() == 1) check_row(result.rows[0], number);
  if (result.error && result.error.sqlstate() != "57014") fault("cancelled: " + result.error.field('M'));
}

void InterleavingClient::timed_out() {
  const OctetResult result =
      client_->query("begin; set local statement_timeout = '5ms'; select '" + canary_ + "', pg_sleep(10)");
  if (lost(result)) return;
  if (result.error.sqlstate() != "57014") fault("no time-out but " + result.error.field('M'));
  check(client_->query("rollback"), 0, "rollback after a time-out");
}

void InterleavingClient::vanish() {
  base::Bytes out;
  switch (below(4)) {
    case 0:  // in the middle of a message
      pgwire::put_query(out, "select '" + std::string(2'000, 'q') + "'");
      client_->send(base::ByteView(out).first(1 + below(1'500)));
      break;
    case 1:  // in the middle of a result
      pgwire::put_query(out,
                        fmt::format("select '{}', repeat('v', 1000) from generate_series(1, 5000)", canary_));
      client_->send(out);
      for (unsigned i = below(20); i > 0; --i)
        if (!client_->read()) break;
      break;
    case 2:  // in a transaction
      client_->query("begin");
      client_->query("select '" + canary_ + "'");
      break;
    default:  // in the middle of a batch
      put_parse_of(out, "s1", "select $1::text");
      put_run(out, "s1", canary_);
      client_->send(base::ByteView(out).first(1 + below(static_cast<unsigned>(out.size()) - 1)));
      break;
  }
  if (below(2) == 0) client_->reset();
  client_.reset();
}

void InterleavingClient::end_own_server() {
  const OctetResult result = client_->query("select pg_terminate_backend(pg_backend_pid())");
  const std::string state = result.error.sqlstate();
  if (result.status != 0 || (state != "57P01" && !choice_.servers_are_killed))
    fault("its server was ended and it heard " + state);
  client_.reset();
}

}  // namespace art32::test
