// Where a query may run otherwise than usual: in parallel, and on a hot standby.
#include <gmock/gmock.h>

#include "base/text.h"
#include "tests/tenancy/protected_database.h"

namespace art32::test {
namespace {

using ::testing::HasSubstr;

class Parallel : public ::testing::TestWithParam<Functions> {};

TEST_P(Parallel, workers_see_the_rows_of_their_leader) {
  ProtectedDatabase& database = protected_database(GetParam());
  database.admin(
      "insert into invoice (team_id, note) select 1 + i % 2, repeat('x', 200) from generate_series(1, 20000) "
      "i; "
      "analyze invoice");
  AppSession app(database);
  ASSERT_EQ(app.enter_team("1"), "");
  for (const char* setting :
       {"set max_parallel_workers_per_gather = 4", "set min_parallel_table_scan_size = 0",
        "set min_parallel_index_scan_size = 0", "set parallel_setup_cost = 0", "set parallel_tuple_cost = 0",
        "set parallel_leader_participation = off"})
    ASSERT_EQ(app.ask(setting), "");
  const std::string count = "select count(*) || ' ' || min(team_id) || ' ' || max(team_id) from invoice";
  EXPECT_THAT(app.ask("explain " + count), HasSubstr("Aggregate"));
  EXPECT_EQ(app.ask(count), "10002 1 1");
  // In a worker itself, where the leader's team isn't known, nothing is shown.
  ASSERT_EQ(app.ask("set force_parallel_mode = on"), "");
  EXPECT_EQ(app.ask(count), "10002 1 1");
  EXPECT_EQ(app.ask("select art32.current_team()"), "1");
  database.fill();
}

INSTANTIATE_TEST_SUITE_P(, Parallel, ::testing::Values(Functions::extension, Functions::plain),
                         [](const auto& tried) { return name(tried.param); });

// In plain SQL an entry is an update, which a standby takes none of: art32-plain.sql says so.
TEST(Standby, takes_entries_with_the_extension) {
  ProtectedDatabase database(Functions::extension);
  database.fill();
  database.postgres().become_standby();
  AppSession app(database);
  ASSERT_EQ(app.ask("select pg_is_in_recovery()"), "t");
  EXPECT_THAT(app.sees(), HasSubstr("(42501)"));
  EXPECT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.sees(), "1 1");
  EXPECT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
  EXPECT_THAT(app.ask("update invoice set note = 'x'"), HasSubstr("(25006)"));
}

}  // namespace
}  // namespace art32::test
