#include "tests/trail/captured.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/text.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using trail::Value;

std::string text_of(const Value& value) {
  if (value.kind == Value::Kind::null) return "null";
  if (value.kind == Value::Kind::unchanged) return "unchanged";
  if (value.text.size() > 100)
    return fmt::format("'{}...' {} octets", value.text.substr(0, 4), value.text.size());
  return fmt::format("'{}'", value.text);
}

std::string text_of(const trail::Table& table, const std::vector<Value>& row) {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i)
    text += fmt::format(" {}={}", table.columns[i].name, text_of(row[i]));
  return text;
}

}  // namespace

PrivatePostgres& logical_postgres() {
  static PrivatePostgres postgres(
      {.settings = {{"wal_level", "logical"}, {"max_replication_slots", "32"}, {"max_wal_senders", "32"}}});
  return postgres;
}

SourceDatabase::SourceDatabase(PrivatePostgres& postgres) : postgres_(postgres) {
  static int made = 0;
  name_ = fmt::format("source{}", ++made);
  if (postgres_.sql("select 1 from pg_roles where rolname = 'reader'").empty()) {
    postgres_.add_role("reader");
    postgres_.sql("alter role reader replication");
  }
  postgres_.sql("create database " + name_);
  sql("create publication everything for all tables");
}

SourceDatabase::~SourceDatabase() {
  postgres_.sql(
      "select pg_terminate_backend(active_pid) from pg_replication_slots where active_pid is not null and "
      "database = '" +
      name_ + "'");
  for (int tries = 0; tries < 100; ++tries)
    if (postgres_
            .sql("select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = '" +
                 name_ +
                 "' and active_pid is null; select count(*) from pg_replication_slots where "
                 "database = '" +
                 name_ + "'")
            .ends_with("0"))
      break;
  postgres_.sql("drop database " + name_ + " with (force)");
}

trail::ChangeSource SourceDatabase::source() const {
  trail::ChangeSource source;
  source.server.host = "127.0.0.1";
  source.server.address = "127.0.0.1";
  source.server.port = postgres_.port();
  source.server.has_tls = false;
  source.account = {"reader", base::Secret(postgres_.password()), name_};
  source.slot = "slot_of_" + name_;
  source.publication = "everything";
  return source;
}

base::Status Captured::begin(const trail::TransactionBegin& transaction) {
  begins.push_back(transaction);
  lines.emplace_back("begin");
  return {};
}

base::Status Captured::change(const trail::Change& change) {
  const trail::Table& table = *change.table;
  std::string line = change.operation == trail::Operation::insert   ? "insert"
                     : change.operation == trail::Operation::update ? "update"
                                                                    : "delete";
  line += fmt::format(" {}.{}", table.schema, table.name);
  if (!change.before.empty())
    line += (change.old == pgwire::LogicalOld::full ? " from" : " of") + text_of(table, change.before);
  if (!change.before.empty() && !change.after.empty()) line += " to";
  lines.push_back(line + text_of(table, change.after));
  return {};
}

base::Status Captured::truncate(const trail::Truncation& truncation) {
  std::string line = "truncate";
  for (const auto& table : truncation.tables)
    line += fmt::format(" {}.{}", table->schema, table->name);
  if (truncation.is_cascade) line += " cascade";
  if (truncation.restarts_identity) line += " restart identity";
  lines.push_back(line);
  return {};
}

base::Status Captured::message(std::string_view prefix, base::ByteView content) {
  lines.push_back(fmt::format("message {} {}", prefix, base::as_text(content)));
  return {};
}

base::Status Captured::commit(const trail::TransactionEnd& end) {
  ends.push_back(end);
  lines.emplace_back("commit");
  return {};
}

Capture::Capture(const SourceDatabase& database) : database_(database) {
  auto stream = trail::ChangeStream::open(database.source(), trail::ChangeStream::Slot::keep, clock_,
                                          net::Deadline(10s));
  if (!stream) fmt::print(stderr, "{}\n", stream.error().message());
  ART32_ASSERT(stream.has_value());
  stream_ = std::move(*stream);
  reader_ = std::make_unique<trail::TransactionReader>(captured, stream_->origin().transaction);
}

std::vector<std::string> Capture::changes() {
  static int marks = 0;
  const std::string mark = std::to_string(++marks);
  const std::size_t before = captured.lines.size();
  database_.sql("select pg_logical_emit_message(true, 'test', '" + mark + "')");
  const net::Deadline deadline(20s);
  while (captured.lines.size() < 2 || captured.lines.back() != "commit" ||
         captured.lines[captured.lines.size() - 2] != "message test " + mark) {
    const auto data = stream_->next(deadline);
    if (!data) fmt::print(stderr, "{}\n", data.error().message());
    ART32_ASSERT(data && *data);
    const auto message = pgwire::parse_logical_message(**data);
    ART32_ASSERT(message.has_value());
    const base::Status put = reader_->put(*message);
    if (!put) fmt::print(stderr, "{}\n", put.error().message());
    ART32_ASSERT(put.has_value());
  }
  std::vector<std::string> found;
  for (std::size_t i = before; i + 2 < captured.lines.size(); ++i)
    if (const std::string& line = captured.lines[i];
        line != "begin" && line != "commit" && !line.starts_with("message test "))
      found.push_back(line);
  return found;
}

void Capture::confirm_all() {
  ART32_ASSERT(!captured.ends.empty());
  ART32_ASSERT(stream_->confirm(captured.ends.back().end, net::Deadline(5s)).has_value());
}

}  // namespace art32::test
