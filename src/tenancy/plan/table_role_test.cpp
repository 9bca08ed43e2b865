#include "tenancy/plan/table_role.h"

#include <gtest/gtest.h>

#include "tenancy/plan/schema_for_test.h"

namespace art32::tenancy {
namespace {

SeparationOptions options_for_test() {
  SeparationOptions options;
  options.schemas = {"shop"};
  return options;
}

std::vector<RoleKind> kinds(const DatabaseSchema& schema, const SeparationOptions& options) {
  std::vector<RoleKind> found;
  const auto roles = *table_roles(schema, options);
  for (const TableRole& role : roles)
    found.push_back(role.kind);
  return found;
}

TEST(TableRole, is_found_by_columns_and_foreign_keys) {
  EXPECT_EQ(kinds(shop_for_test(), options_for_test()),
            (std::vector{RoleKind::global, RoleKind::of_team, RoleKind::of_parent, RoleKind::teams}));
}

TEST(TableRole, of_a_child_is_found_over_generations_and_never_in_a_circle) {
  DatabaseSchema schema = shop_for_test();
  schema.tables.push_back(
      table_for_test("x", {{"line", "bigint", false, false, ""}, {"y", "bigint", false, false, ""}},
                     {{"x_line", {"line"}, {"shop", "lines"}, {"invoice_id"}},
                      {"x_y", {"y"}, {"shop", "y"}, {"x"}},
                      {"x_x", {"y"}, {"shop", "x"}, {"y"}}}));
  schema.tables.push_back(
      table_for_test("y", {{"x", "bigint", false, false, ""}}, {{"y_x", {"x"}, {"shop", "x"}, {"y"}}}));
  const auto roles = *table_roles(schema, options_for_test());
  ASSERT_EQ(roles[4].parents.size(), 1U);
  EXPECT_EQ(roles[4].parents[0]->name, "x_line");
  ASSERT_EQ(roles[5].parents.size(), 1U);
  EXPECT_EQ(roles[5].parents[0]->name, "y_x");
}

TEST(TableRole, of_a_child_takes_every_parent_that_closes_no_circle) {
  DatabaseSchema schema = shop_for_test();
  const Column invoice = {"invoice", "bigint", false, false, ""},
               other = {"other", "bigint", false, false, ""};
  schema.tables.push_back(table_for_test(
      "a", {invoice, other},
      {{"a_b", {"other"}, {"shop", "b"}, {"invoice"}}, {"a_i", {"invoice"}, {"shop", "invoices"}, {"id"}}}));
  schema.tables.push_back(table_for_test(
      "b", {invoice, other},
      {{"b_a", {"other"}, {"shop", "a"}, {"invoice"}}, {"b_i", {"invoice"}, {"shop", "invoices"}, {"id"}}}));
  const auto roles = *table_roles(schema, options_for_test());
  ASSERT_EQ(roles[4].parents.size(), 2U);
  EXPECT_EQ(roles[4].parents[1]->name, "a_b");
  ASSERT_EQ(roles[5].parents.size(), 1U);
  EXPECT_EQ(roles[5].parents[0]->name, "b_i");
}

TEST(TableRole, is_what_the_options_say) {
  SeparationOptions options = options_for_test();
  options.global_tables = {{"shop", "invoices"}};
  options.left_out = {{{"shop", "teams"}, "each team may know the others' names"}};
  const DatabaseSchema schema = shop_for_test();
  const auto roles = *table_roles(schema, options);
  EXPECT_TRUE(roles[1].is_declared);
  EXPECT_EQ(roles[2].kind, RoleKind::global) << "its parent isn't separated";
  EXPECT_EQ(roles[3].kind, RoleKind::left_out);
  EXPECT_EQ(roles[3].reason, "each team may know the others' names");
}

TEST(TableRole, refuses_options_that_name_nothing_or_give_no_reason) {
  const DatabaseSchema schema = shop_for_test();
  SeparationOptions options = options_for_test();
  options.global_tables = {{"shop", "currency"}};
  EXPECT_EQ(table_roles(schema, options).error().code, base::ErrorCode::invalid_argument);
  options.global_tables.clear();
  options.left_out = {{{"shop", "currencies"}, ""}};
  EXPECT_EQ(table_roles(schema, options).error().code, base::ErrorCode::invalid_argument);
  options.left_out = {{{"other", "currencies"}, "because"}};
  EXPECT_EQ(table_roles(schema, options).error().code, base::ErrorCode::invalid_argument);
}

TEST(TableRole, supports_no_team_that_is_no_team) {
  DatabaseSchema schema = shop_for_test();
  schema.tables[1].columns[1].type = "jsonb";
  schema.tables[3].kind = TableKind::foreign;
  const auto roles = *table_roles(schema, options_for_test());
  EXPECT_EQ(roles[1].kind, RoleKind::unsupported);
  EXPECT_EQ(roles[2].kind, RoleKind::global);
  EXPECT_EQ(roles[3].kind, RoleKind::unsupported);
}

}  // namespace
}  // namespace art32::tenancy
