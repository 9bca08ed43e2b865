#include "tenancy/plan/render_plan.h"

#include <gtest/gtest.h>

namespace art32::tenancy {
namespace {

Plan plan_for_test() {
  const ObjectName table = {"shop", "a"};
  return {
      {{"team_index/shop.a", table, "Slow.", "create index concurrently i on shop.a (t)",
        "drop index concurrently if exists shop.i", Run::alone},
       {"base_policy/shop.a", table, "First\n; drop table x.", "one", "undo one", Run::in_transaction},
       {"team_policy/shop.a", table, "Second.", "two", "", Run::in_transaction},
       {"view_invoker/shop.v", {"shop", "v"}, "Third.", "three", "undo three", Run::in_transaction}},
      {{NoteKind::left_out, {"shop", "q"}, "of all teams"}, {NoteKind::undecided, {}, "has no functions."}}};
}

TEST(RenderPlan, gives_each_statement_its_reason_and_each_table_its_transaction) {
  EXPECT_EQ(to_sql(plan_for_test()),
            R"(-- Separation by team: 4 steps.
--
-- Not separated by this; to be decided:
--   The database has no functions.
--
-- Left out:
--   shop.q: of all teams

-- Every name below has its schema; operators are the server's own.
set search_path = pg_catalog;
-- Rather fail than let the application wait behind a waiting ALTER TABLE.
set lock_timeout = '2s';

set lock_timeout = 0;
-- team_index/shop.a: Slow.
create index concurrently i on shop.a (t);

set lock_timeout = '2s';
begin;
-- base_policy/shop.a: First ; drop table x.
one;
-- team_policy/shop.a: Second.
two;
commit;

-- view_invoker/shop.v: Third.
three;
)");
}

TEST(RenderPlan, undoes_from_the_end) {
  const std::string text = undo_sql(plan_for_test());
  EXPECT_LT(text.find("undo three"), text.find("undo one"));
  EXPECT_LT(text.find("undo one"), text.find("drop index concurrently"));
  EXPECT_NE(text.find("3 steps"), text.npos);
}

TEST(RenderPlan, is_read_back_from_json_as_it_was) {
  const Plan plan = plan_for_test();
  const auto again = plan_from_json(to_json(plan));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, plan);
  EXPECT_EQ(to_json(*again), to_json(plan));
}

TEST(RenderPlan, refuses_json_that_is_no_plan) {
  for (const char* text :
       {"", "[]", "{}", R"({"version":2,"steps":[],"notes":[]})", R"({"version":1,"steps":[]})",
        R"({"version":1,"steps":[1],"notes":[]})", R"({"version":1,"steps":[{"id":"x"}],"notes":[]})",
        R"({"version":1,"steps":[],"notes":[{"kind":"x","object":{"schema":"","name":""}}]})"}) {
    const auto plan = plan_from_json(text);
    ASSERT_FALSE(plan) << text;
    EXPECT_EQ(plan.error().code, base::ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace art32::tenancy
