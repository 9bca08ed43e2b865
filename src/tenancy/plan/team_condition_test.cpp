#include "tenancy/plan/team_condition.h"

#include <gtest/gtest.h>

#include "tenancy/plan/schema_for_test.h"

namespace art32::tenancy {
namespace {

TEST(TeamCondition, compares_a_column_with_the_function_of_its_type) {
  EXPECT_EQ(team_condition("team_id", *team_type("integer")),
            "team_id = (select art32.current_team_bigint())");
  EXPECT_EQ(team_condition("Team", *team_type("uuid")), "\"Team\" = (select art32.current_team_uuid())");
  EXPECT_EQ(team_condition("team", *team_type("character varying")), "team = (select art32.current_team())");
  EXPECT_FALSE(team_type("character"));
}

// Printed by PostgreSQL 15.
TEST(TeamCondition, is_recognised_as_the_server_prints_it) {
  EXPECT_TRUE(says_the_same(team_condition("team_id", TeamType::bigint),
                            "(team_id = ( SELECT art32.current_team_bigint() AS current_team_bigint))"));
  EXPECT_TRUE(says_the_same(team_condition("team_id", TeamType::text),
                            "((team_id)::text = ( SELECT art32.current_team() AS current_team))"));
  EXPECT_FALSE(says_the_same(team_condition("team_id", TeamType::bigint),
                             "(team_id = ( SELECT art32.current_team_uuid() AS current_team_uuid))"));
  EXPECT_FALSE(says_the_same(team_condition("team_id", TeamType::bigint), "true"));
  EXPECT_FALSE(
      says_the_same(team_condition("team_id", TeamType::bigint),
                    "((team_id = ( SELECT art32.current_team_bigint() AS current_team_bigint)) OR true)"));
  EXPECT_FALSE(says_the_same("\"Team\" = 1", "\"team\" = 1")) << "quoted names keep their case";
  EXPECT_FALSE(says_the_same("a = '( '", "a = '('"));
}

TEST(TeamCondition, of_a_parent_names_its_team_and_lets_no_key_pass_but_null) {
  DatabaseSchema schema = shop_for_test();
  Table& lines = schema.tables[2];
  EXPECT_TRUE(always_has_parent(lines, lines.foreign_keys[0]));
  EXPECT_EQ(parent_condition(lines, lines.foreign_keys[0], ParentColumn{"team_id", TeamType::bigint}),
            "exists (select 1 from shop.invoices art32_parent where art32_parent.id = lines.invoice_id and "
            "art32_parent.team_id = (select art32.current_team_bigint()))");
  lines.columns[0].is_not_null = false;
  EXPECT_FALSE(always_has_parent(lines, lines.foreign_keys[0]));
  EXPECT_EQ(parent_condition(lines, lines.foreign_keys[0], std::nullopt),
            "invoice_id is null or exists (select 1 from shop.invoices art32_parent where art32_parent.id = "
            "lines.invoice_id)");
}

}  // namespace
}  // namespace art32::tenancy
