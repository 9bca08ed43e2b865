// What is sent again, what isn't, and what was lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/trail/captured.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

base::Result<std::unique_ptr<trail::ChangeStream>> opened(const trail::ChangeSource& source) {
  static const base::SystemClock clock;
  return trail::ChangeStream::open(source, trail::ChangeStream::Slot::keep, clock, net::Deadline(10s));
}

TEST(Slot, is_made_where_there_is_none_and_begins_with_what_comes_then) {
  const SourceDatabase database;
  database.sql("create table t (id int primary key); insert into t values (1)");
  Capture capture(database);
  EXPECT_TRUE(capture.origin().begins_anew);
  EXPECT_NE(capture.origin().from, pgwire::Lsn());
  database.sql("insert into t values (2)");
  EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='2'"));
}

TEST(Slot, says_of_which_cluster_and_database_it_is) {
  const SourceDatabase database;
  const Capture capture(database);
  EXPECT_EQ(std::to_string(capture.origin().system),
            database.sql("select system_identifier from pg_control_system()"));
  EXPECT_EQ(std::to_string(capture.origin().database),
            database.sql("select oid from pg_database where datname = current_database()"));
  EXPECT_EQ(capture.origin().timeline, 1U);
}

TEST(Slot, sends_again_what_was_not_confirmed_and_nothing_else) {
  const SourceDatabase database;
  database.sql("create table t (id int primary key)");
  {
    Capture capture(database);
    database.sql("insert into t values (1)");
    EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='1'"));
    capture.confirm_all();
    database.sql("insert into t values (2)");
    EXPECT_THAT(capture.changes(), ElementsAre("insert public.t id='2'"));
  }
  database.sql("insert into t values (3)");
  Capture again(database);
  EXPECT_FALSE(again.origin().begins_anew);
  EXPECT_THAT(again.changes(), ElementsAre("insert public.t id='2'", "insert public.t id='3'"));
}

TEST(Slot, that_was_dropped_is_made_anew_and_says_so) {
  const SourceDatabase database;
  database.sql("create table t (id int primary key)");
  { const Capture capture(database); }
  const std::string slot = database.source().slot;
  for (int tries = 0; tries < 100; ++tries)
    if (database.sql("select active from pg_replication_slots where slot_name = '" + slot + "'") == "f")
      break;
  database.sql("select pg_drop_replication_slot('" + slot + "')");
  database.sql("insert into t values (1)");
  Capture again(database);
  EXPECT_TRUE(again.origin().begins_anew);
  EXPECT_THAT(again.changes(), IsEmpty());
}

TEST(Slot, that_the_server_gave_up_is_made_anew_and_says_so) {
  PrivatePostgres postgres({.settings = {{"wal_level", "logical"},
                                         {"max_slot_wal_keep_size", "1MB"},
                                         {"min_wal_size", "32MB"},
                                         {"max_wal_size", "32MB"}}});
  const SourceDatabase database(postgres);
  database.sql("create table t (id int, note text)");
  { const Capture capture(database); }
  const std::string state = "select wal_status from pg_replication_slots";
  for (int rounds = 0; rounds < 20 && database.sql(state) != "lost"; ++rounds) {
    database.sql("insert into t select i, repeat('x', 500) from generate_series(1, 20000) i");
    database.sql("select pg_switch_wal()");
    database.sql("checkpoint");
  }
  ASSERT_EQ(database.sql(state), "lost");
  Capture again(database);
  EXPECT_TRUE(again.origin().begins_anew);
  database.sql("truncate t");
  EXPECT_THAT(again.changes(), ElementsAre("truncate public.t"));
}

TEST(Slot, is_of_one_reader_and_of_no_other_plugin) {
  const SourceDatabase database;
  const Capture capture(database);
  const auto second = opened(database.source());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::conflict);
  EXPECT_NE(second.error().what.find("reads from the replication slot"), std::string::npos);
  database.sql("select pg_create_logical_replication_slot('of_others', 'test_decoding')");
  trail::ChangeSource source = database.source();
  source.slot = "of_others";
  EXPECT_EQ(opened(source).error().code, base::ErrorCode::conflict);
  source.slot = "x; drop table t";
  EXPECT_EQ(opened(source).error().code, base::ErrorCode::invalid_argument);
}

TEST(Slot, needs_a_server_that_answers_and_lets_us_in) {
  const SourceDatabase database;
  trail::ChangeSource source = database.source();
  source.account.password = base::Secret(std::string_view("wrong"));
  EXPECT_EQ(opened(source).error().code, base::ErrorCode::permission);
  source = database.source();
  source.server.port = 1;
  EXPECT_EQ(opened(source).error().code, base::ErrorCode::unavailable);
}

TEST(Slot, ends_with_the_servers_own_words) {
  PrivatePostgres postgres({.settings = {{"wal_level", "logical"}}});
  auto database = std::make_unique<SourceDatabase>(postgres);
  auto stream = opened(database->source());
  ASSERT_TRUE(stream) << stream.error().message();
  postgres.stop("immediate");
  auto said = (*stream)->next(net::Deadline(5s));
  while (said && *said)
    said = (*stream)->next(net::Deadline(5s));
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code, base::ErrorCode::unavailable);
  postgres.start();
}

}  // namespace
}  // namespace art32::test
