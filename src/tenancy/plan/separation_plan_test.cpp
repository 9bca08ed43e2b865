#include "tenancy/plan/separation_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tenancy/plan/plan_groups.h"
#include "tenancy/plan/schema_for_test.h"

namespace art32::tenancy {
namespace {

Plan plan_for_test(const DatabaseSchema& schema) {
  SeparationOptions options;
  options.schemas = {"shop"};
  options.global_tables = {{"shop", "currencies"}};
  return *plan_separation(schema, options);
}

const Step* find(const Plan& plan, const std::string& id) {
  const auto step = std::find_if(plan.steps.begin(), plan.steps.end(),
                                 [&](const Step& candidate) { return candidate.id == id; });
  return step == plan.steps.end() ? nullptr : &*step;
}

bool has_undecided(const Plan& plan, const std::string& part) {
  return std::any_of(plan.notes.begin(), plan.notes.end(), [&](const Note& note) {
    return note.kind == NoteKind::undecided && note.text.find(part) != note.text.npos;
  });
}

TEST(SeparationPlan, makes_indexes_before_any_policy_is_seen) {
  const Plan plan = plan_for_test(shop_for_test());
  const auto is_policy = [](const Step& step) { return step.id.find("policy/") != step.id.npos; };
  const auto first_policy = std::find_if(plan.steps.begin(), plan.steps.end(), is_policy);
  EXPECT_TRUE(
      std::none_of(first_policy, plan.steps.end(), [](const Step& step) { return step.run == Run::alone; }));
  EXPECT_NE(first_policy, plan.steps.begin());
}

TEST(SeparationPlan, switches_a_table_over_in_one_transaction) {
  const Plan plan = plan_for_test(shop_for_test());
  for (const auto& group : groups_of(plan.steps)) {
    const bool switches = std::any_of(
        group.begin(), group.end(), [](const Step& step) { return step.id == "row_security/shop.invoices"; });
    if (!switches) continue;
    EXPECT_EQ(group.front().id, "team_default/shop.invoices");
    EXPECT_EQ(group.size(), 4U);
  }
}

TEST(SeparationPlan, forces_what_is_only_enabled) {
  DatabaseSchema schema = shop_for_test();
  schema.tables[1].has_row_security = true;
  const Plan plan = plan_for_test(schema);
  const Step* step = find(plan, "row_security/shop.invoices");
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->sql, "alter table shop.invoices force row level security");
  EXPECT_EQ(step->undo, "alter table shop.invoices no force row level security");
}

TEST(SeparationPlan, keeps_policies_that_were_there_and_says_so) {
  DatabaseSchema schema = shop_for_test();
  schema.tables[1].policies = {{"mine", false, "select", {"app"}, "(id > 3)", ""}};
  const Plan plan = plan_for_test(schema);
  EXPECT_EQ(find(plan, "base_policy/shop.invoices"), nullptr) << "it would show more than before";
  EXPECT_NE(find(plan, "team_policy/shop.invoices"), nullptr);
}

TEST(SeparationPlan, takes_a_policy_for_one_role_or_command_for_none) {
  DatabaseSchema schema = shop_for_test();
  const std::string condition = "(team_id = ( SELECT art32.current_team_bigint() AS current_team_bigint))";
  for (const Policy& part :
       {Policy{"p", true, "select", {}, condition, ""}, Policy{"p", true, "all", {"app"}, condition, ""},
        Policy{"p", false, "all", {}, condition, ""}, Policy{"p", true, "all", {}, condition, "true"}}) {
    schema.tables[1].policies = {part};
    EXPECT_NE(find(plan_for_test(schema), "team_policy/shop.invoices"), nullptr);
  }
  schema.tables[1].policies = {{"p", true, "all", {}, condition, ""}};
  EXPECT_EQ(find(plan_for_test(schema), "team_policy/shop.invoices"), nullptr);
}

TEST(SeparationPlan, revokes_what_the_application_has_and_gives_back_just_that) {
  DatabaseSchema schema = shop_for_test();
  schema.tables[0].grants = {{"", "SELECT", "", false},    {"", "UPDATE", "code", false},
                             {"app", "INSERT", "", false}, {"app", "INSERT", "code", false},
                             {"app", "DELETE", "", true},  {"writers", "DELETE", "", false}};
  const Plan plan = plan_for_test(schema);
  EXPECT_EQ(find(plan, "revoke_writes/shop.currencies/public")->sql,
            "revoke update on table shop.currencies from public");
  EXPECT_EQ(find(plan, "revoke_writes/shop.currencies/public")->undo,
            "grant update (code) on table shop.currencies to public");
  EXPECT_EQ(find(plan, "revoke_writes/shop.currencies/app")->undo,
            "grant insert, insert (code) on table shop.currencies to app");
  EXPECT_EQ(find(plan, "revoke_writes/shop.currencies/app/grant_option")->undo,
            "grant delete on table shop.currencies to app with grant option");
  EXPECT_TRUE(has_undecided(plan, "by the role writers"));
}

TEST(SeparationPlan, says_what_it_leaves_undecided) {
  DatabaseSchema schema = shop_for_test();
  schema.has_team_functions = false;
  schema.is_application_exempt = true;
  schema.tables[1].is_owned_by_application = true;
  schema.tables[1].columns[1].is_made_by_server = true;
  schema.views = {{{"shop", "totals"}, "owner", true, false, ""}};
  const Plan plan = plan_for_test(schema);
  for (const char* part : {"create extension art32", "BYPASSRLS", "an owner drops policies",
                           "knows of no team", "no policy filters"})
    EXPECT_TRUE(has_undecided(plan, part)) << part;
}

TEST(SeparationPlan, leaves_views_that_ask_as_whoever_asks) {
  DatabaseSchema schema = shop_for_test();
  schema.views = {{{"shop", "a"}, "owner", false, true, "on"}, {{"shop", "b"}, "owner", false, false, "off"}};
  const Plan plan = plan_for_test(schema);
  EXPECT_EQ(find(plan, "view_invoker/shop.a"), nullptr);
  EXPECT_EQ(find(plan, "view_invoker/shop.b")->undo, "alter view shop.b set (security_invoker = false)");
}

TEST(SeparationPlan, scopes_natural_keys_and_no_others) {
  DatabaseSchema schema = shop_for_test();
  Table& invoices = schema.tables[1];
  invoices.columns.push_back({"token", "uuid", true, false, ""});
  invoices.columns.push_back({"number", "text", true, false, ""});
  const auto unique = [](const std::string& column) {
    return Index{column + "_key", {{column, column}}, "", "btree", true, false, true, false};
  };
  invoices.indexes = {unique("id"), unique("token"), unique("number")};
  const Plan plan = plan_for_test(schema);
  EXPECT_EQ(find(plan, "scoped_key/shop.invoices/id_key"), nullptr);
  EXPECT_EQ(find(plan, "scoped_key/shop.invoices/token_key"), nullptr);
  ASSERT_NE(find(plan, "scoped_key/shop.invoices/number_key"), nullptr);
  EXPECT_EQ(find(plan, "scoped_key/shop.invoices/number_key")->sql,
            "create unique index concurrently number_key_art32 on shop.invoices (team_id, number)");
  invoices.indexes.push_back(
      {"scoped", {{"number", "number"}, {"team_id", "team_id"}}, "", "btree", true, false, true, false});
  EXPECT_EQ(find(plan_for_test(schema), "scoped_key/shop.invoices/number_key"), nullptr);
}

}  // namespace
}  // namespace art32::tenancy
