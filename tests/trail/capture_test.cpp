// Which changes come, and with which values.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/trail/captured.h"

namespace art32::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Changes : public testing::Test {
 protected:
  void table(const std::string& columns, const std::string& identity = "full") {
    database.sql("create table t (" + columns + "); alter table t replica identity " + identity);
  }
  SourceDatabase database;
  Capture capture{database};
};

TEST_F(Changes, have_old_and_new_values) {
  table("id int primary key, note text, amount numeric");
  database.sql("insert into t values (1, 'x', 10), (2, null, 0.50)");
  database.sql("update t set note = '' where id = 1");
  database.sql("delete from t where id = 2");
  EXPECT_THAT(capture.changes(),
              ElementsAre("insert public.t id='1' note='x' amount='10'",
                          "insert public.t id='2' note=null amount='0.50'",
                          "update public.t from id='1' note='x' amount='10' to id='1' note='' amount='10'",
                          "delete public.t from id='2' note=null amount='0.50'"));
}

TEST_F(Changes, have_the_key_only_where_the_identity_is_the_key) {
  table("id int primary key, note text", "default");
  database.sql("insert into t values (1, 'x')");
  database.sql("update t set note = 'y'");
  database.sql("update t set id = 2");
  database.sql("delete from t");
  EXPECT_THAT(capture.changes(),
              ElementsAre("insert public.t id='1' note='x'", "update public.t id='1' note='y'",
                          "update public.t of id='1' note=null to id='2' note='y'",
                          "delete public.t of id='2' note=null"));
}

TEST_F(Changes, have_large_values_that_did_not_change_where_the_old_row_is_there) {
  table("id int primary key, large text, note text");
  database.sql("alter table t alter large set storage external");
  database.sql("insert into t values (1, repeat('abcd', 5000), 'x')");
  database.sql("update t set note = 'y'");
  database.sql("alter table t replica identity default");
  database.sql("update t set note = 'z'");
  const std::string large = "'abcd...' 20000 octets";
  EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='1' large=" + large + " note='x'",
                                             "update public.t from id='1' large=" + large +
                                                 " note='x' to id='1' large=" + large + " note='y'",
                                             "update public.t id='1' large=unchanged note='z'"));
}

TEST_F(Changes, come_with_values_of_every_kind_as_the_database_writes_them) {
  database.sql(R"(
create type mood as enum ('calm', 'so-so');
create type pair as (a int, b text);
create domain percent as int check (value between 0 and 100);
create table "Odd ""name""" (
  id int primary key, "Upper Case" text, moods mood[], two pair, share percent, span int4range,
  gone int, part real, whole double precision, far timestamptz, raw bytea, document jsonb,
  name text generated always as (upper("Upper Case")) stored, truth bool, address inet, bits bit(3));
alter table "Odd ""name""" replica identity full;
alter table "Odd ""name""" drop column gone;
insert into "Odd ""name""" values (1, E'ein\nWert ''"', '{calm,so-so}', '(1,"x,y")', 7, '[1,5)',
  'NaN', '-Infinity', 'infinity', '\x00ff', '{"a": [1, null]}', default, true, '10.0.0.1/8', '101');
)");
  const auto changes = capture.changes();
  ASSERT_EQ(changes.size(), 1U);
  const std::string& line = changes[0];
  EXPECT_TRUE(line.starts_with("insert public.Odd \"name\" id='1' Upper Case='ein\nWert '\"'")) << line;
  for (const char* value :
       {"moods='{calm,so-so}'", "two='(1,\"x,y\")'", "share='7'", "span='[1,5)'", "part='NaN'",
        "whole='-Infinity'", "far='infinity'", "raw='\\x00ff'", "document='{\"a\": [1, null]}'", "truth='t'",
        "address='10.0.0.1/8'", "bits='101'"})
    EXPECT_NE(line.find(value), line.npos) << value << " in " << line;
  EXPECT_EQ(line.find("gone="), line.npos) << "a column that was dropped";
}

TEST_F(Changes, do_not_come_when_they_were_rolled_back) {
  table("id int primary key");
  database.sql("begin; insert into t values (1); rollback");
  database.sql(
      "begin; insert into t values (2); savepoint s; insert into t values (3); rollback to s; commit");
  EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='2'"));
}

TEST_F(Changes, name_every_table_that_was_emptied) {
  table("id int primary key");
  database.sql("create table child (id serial, parent int references t)");
  database.sql("truncate t restart identity cascade");
  EXPECT_THAT(capture.changes(), ElementsAre("truncate public.t public.child cascade restart identity"));
}

TEST_F(Changes, follow_a_table_that_is_altered_within_the_transaction) {
  table("id int primary key");
  database.sql(
      "begin; insert into t values (1); alter table t add note text default 'x'; "
      "insert into t values (2, 'y'); alter table t rename to u; alter table u drop id; "
      "insert into u values ('z'); commit");
  EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='1'", "insert public.t id='2' note='y'",
                                             "insert public.u note='z'"));
}

TEST_F(Changes, come_with_messages_of_their_transaction_only) {
  table("id int primary key");
  database.sql(
      "begin; insert into t values (1); select pg_logical_emit_message(true, 'who', 'erika'); "
      "select pg_logical_emit_message(false, 'who', 'nobody'); commit");
  database.sql("begin; select pg_logical_emit_message(true, 'who', 'lost'); rollback");
  EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='1'", "message who erika"));
}

TEST_F(Changes, stand_in_the_order_of_the_commits_with_whole_transaction_ids) {
  table("id int primary key");
  const std::string id = database.sql(
      "with new as (insert into t values (1) returning 1) select "
      "pg_current_xact_id() from new");
  database.sql("insert into t values (2)");
  EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='1'", "insert public.t id='2'"));
  const auto& captured = capture.captured;
  for (std::size_t i = 0; i < captured.begins.size(); ++i) {
    EXPECT_LT(captured.begins[i].commit, captured.ends[i].end);
    if (i > 0) {
      EXPECT_LE(captured.ends[i - 1].end, captured.begins[i].commit);
    }
  }
  const auto found = std::ranges::find_if(
      captured.begins, [&](const trail::TransactionBegin& begin) { return std::to_string(begin.id) == id; });
  EXPECT_NE(found, captured.begins.end());
}

TEST_F(Changes, of_a_transaction_of_many_rows_come_whole) {
  table("id int primary key, note text", "default");
  database.sql("insert into t select i, 'note ' || i from generate_series(1, 100000) i");
  EXPECT_EQ(capture.changes().size(), 100'000U);
}

}  // namespace
}  // namespace art32::test
