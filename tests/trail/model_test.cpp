// Whatever is done to a table, its changes make the same table of nothing.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include <fmt/format.h>

#include "tests/trail/captured.h"

namespace art32::test {
namespace {

// Carries out the changes; what doesn't fit, it says.
class Replayed final : public trail::TransactionSink {
 public:
  base::Status begin(const trail::TransactionBegin&) override { return {}; }
  base::Status message(std::string_view, base::ByteView) override { return {}; }
  base::Status commit(const trail::TransactionEnd&) override { return {}; }
  base::Status truncate(const trail::Truncation&) override {
    rows.clear();
    return {};
  }
  base::Status change(const trail::Change& change) override {
    const auto take = [&] {
      const auto found = rows.find(std::string(change.before[0].text));
      if (found == rows.end() || found->second != change.before[1].text)
        return base::Status(base::failure(base::ErrorCode::corrupt, "the row of before isn't there"));
      rows.erase(found);
      return base::Status();
    };
    if (change.operation != trail::Operation::insert) ART32_CHECKED(take());
    if (change.operation != trail::Operation::remove)
      rows[std::string(change.after[0].text)] = change.after[1].text;
    return {};
  }

  std::map<std::string, std::string> rows;
};

std::string random_statement(std::mt19937& random) {
  const auto pick = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  switch (pick(8)) {
    case 0:
    case 1:
    case 2:
      return fmt::format(
          "insert into t values ({0}, repeat('{1}', {2})) on conflict (id) do update set note = "
          "excluded.note",
          pick(30), static_cast<char>('a' + pick(26)), 1 + pick(2) * 3000);
    case 3:
      return fmt::format("update t set note = note || 'x' where id % {} = 0", 1 + pick(5));
    case 4:
      return fmt::format("update t set id = id + 100 where id = {}", pick(30));
    case 5:
      return fmt::format("delete from t where id % {} = {}", 2 + pick(5), pick(2));
    case 6:
      return pick(6) == 0 ? "truncate t" : "delete from t where id > 100";
    default:
      return fmt::format(
          "savepoint s; insert into t select {} + 200, 'lost' on conflict do nothing; rollback to s",
          pick(30));
  }
}

TEST(Replay, of_all_changes_gives_the_table) {
  const SourceDatabase database;
  database.sql(
      "create table t (id int primary key, note text); alter table t replica identity full; "
      "alter table t alter note set storage external");
  base::SystemClock clock;
  const net::Deadline deadline(std::chrono::seconds(60));
  auto stream =
      trail::ChangeStream::open(database.source(), trail::ChangeStream::Slot::keep, clock, deadline);
  ASSERT_TRUE(stream) << stream.error().message();
  Replayed replayed;
  trail::TransactionReader reader(replayed, (*stream)->origin().transaction);
  std::mt19937 random(static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed()));
  for (int round = 0; round < 60; ++round) {
    std::string sql = "begin; ";
    for (int statement = 0; statement < 5; ++statement)
      sql += random_statement(random) + "; ";
    database.sql(sql + (random() % 5 == 0 ? "rollback" : "commit"));
  }
  const auto end = pgwire::parse_lsn(database.sql("select pg_current_wal_insert_lsn()"));
  database.sql("select pg_logical_emit_message(true, 'end', '')");
  while ((*stream)->server_end() < *end || reader.is_within_transaction()) {
    const auto data = (*stream)->next(deadline);
    ASSERT_TRUE(data && *data);
    const auto message = pgwire::parse_logical_message(**data);
    ASSERT_TRUE(message);
    const base::Status put = reader.put(*message);
    ASSERT_TRUE(put) << put.error().message();
  }
  std::string rows;
  for (const auto& [id, note] : replayed.rows)
    rows += fmt::format("{} {}\n", id, note);
  std::string stored = database.sql("select id::text || ' ' || note from t order by id::text collate \"C\"");
  if (!stored.empty()) stored += "\n";
  EXPECT_EQ(rows, stored);
}

}  // namespace
}  // namespace art32::test
