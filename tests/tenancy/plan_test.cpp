// A database that isn't separated: planned, applied, used, planned again, undone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tenancy/plan/render_plan.h"
#include "tests/tenancy/shop.h"

namespace art32::test {
namespace {

using tenancy::NoteKind;
using testing::HasSubstr;
using testing::IsEmpty;

class PlanOfShop : public testing::Test {
 protected:
  Shop shop;

  void separate() {
    const auto status = shop.apply(shop.plan());
    ASSERT_TRUE(status) << status.error().message();
  }
};

constexpr const char* expected_ids[] = {
    "team_index/shop.documents",
    "team_index/shop.invoices",
    "scoped_key/shop.invoices/invoices_number_key",
    "team_check/shop.invoices",
    "validate_team_check/shop.invoices",
    "team_not_null/shop.invoices",
    "drop_team_check/shop.invoices",
    "team_index/shop.users",
    "scoped_key/shop.users/users_email_key",
    "scoped_key/shop.users/users_name_key",
    "team_default/shop.documents",
    "base_policy/shop.documents",
    "team_policy/shop.documents",
    "row_security/shop.documents",
    "revoke_bypass/shop.documents/app",
    "base_policy/shop.invoice_lines",
    "parent_policy/shop.invoice_lines/invoice_lines_invoice_id_fkey",
    "parent_policy/shop.invoice_lines/invoice_lines_user_id_fkey",
    "row_security/shop.invoice_lines",
    "revoke_bypass/shop.invoice_lines/app",
    "team_default/shop.invoices",
    "base_policy/shop.invoices",
    "team_policy/shop.invoices",
    "row_security/shop.invoices",
    "revoke_bypass/shop.invoices/app",
    "base_policy/shop.line_notes",
    "parent_policy/shop.line_notes/line_notes_user_id_fkey",
    "parent_policy/shop.line_notes/line_notes_invoice_id_position_fkey",
    "any_parent_policy/shop.line_notes",
    "row_security/shop.line_notes",
    "revoke_bypass/shop.line_notes/app",
    "team_default/shop.small",
    "base_policy/shop.small",
    "team_policy/shop.small",
    "row_security/shop.small",
    "revoke_bypass/shop.small/app",
    "team_default/shop.tags",
    "base_policy/shop.tags",
    "team_policy/shop.tags",
    "row_security/shop.tags",
    "revoke_bypass/shop.tags/app",
    "base_policy/shop.teams",
    "team_policy/shop.teams",
    "row_security/shop.teams",
    "revoke_bypass/shop.teams/app",
    "team_default/shop.users",
    "base_policy/shop.users",
    "team_policy/shop.users",
    "row_security/shop.users",
    "revoke_bypass/shop.users/app",
    "view_invoker/shop.open_invoices",
    "revoke_writes/shop.currencies/public",
    "revoke_writes/shop.currencies/app",
};

TEST_F(PlanOfShop, has_a_step_for_everything_that_is_missing) {
  const auto plan = shop.plan();
  EXPECT_THAT(ids(plan), testing::ElementsAreArray(expected_ids));
  for (const auto& step : plan.steps) {
    EXPECT_TRUE(step.reason.ends_with(".")) << step.reason;
    EXPECT_NE(step.id.find(quote(step.object)), std::string::npos) << step.id;
  }
  const auto* policy = find_step(plan, "team_policy/shop.documents");
  ASSERT_NE(policy, nullptr);
  EXPECT_THAT(policy->sql, HasSubstr("as restrictive for all to public\n  using (team_id = (select "
                                     "art32.current_team_uuid()))\n  with check"));
  EXPECT_THAT(find_step(plan, "team_default/shop.tags")->undo, HasSubstr("set default 'nobody'"));
  EXPECT_EQ(find_step(plan, "team_index/shop.users")->run, tenancy::Run::alone);
  EXPECT_THAT(find_step(plan, "scoped_key/shop.users/users_email_key")->sql,
              HasSubstr("(team_id, (lower(email)))"));
}

TEST_F(PlanOfShop, notes_what_somebody_has_to_know) {
  const auto plan = shop.plan();
  EXPECT_TRUE(has_note(plan, NoteKind::left_out, {"shop", "job_queue"}, "worker acts"));
  EXPECT_TRUE(has_note(plan, NoteKind::left_out, {"shop", "totals"}, "one number"));
  EXPECT_TRUE(has_note(plan, NoteKind::advice, {"shop", "invoices"}, "invoices_number_key"));
  EXPECT_TRUE(
      has_note(plan, NoteKind::advice, {"shop", "invoices"}, "another team's row by invoices_author_fkey"));
  EXPECT_TRUE(has_note(plan, NoteKind::advice, {"shop", "invoice_lines"}, "would be faster"));
  EXPECT_TRUE(has_note(plan, NoteKind::advice, {"shop", "teams"}, "new teams"));
  for (const auto& note : plan.notes)
    EXPECT_NE(note.kind, NoteKind::undecided) << quote(note.object) << ' ' << note.text;

  shop.options.left_out.clear();
  shop.options.global_tables.clear();
  const auto undecided = shop.plan();
  EXPECT_TRUE(has_note(undecided, NoteKind::undecided, {"shop", "totals"}, "no policy filters"));
  EXPECT_TRUE(has_note(undecided, NoteKind::undecided, {"shop", "currencies"}, "declare it global"));
}

TEST_F(PlanOfShop, shows_a_team_its_own_rows_and_nothing_else) {
  separate();
  AppSession app(shop.database());
  EXPECT_THAT(app.ask("select * from shop.invoices"), HasSubstr("acts for no team"));
  ASSERT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.ask("select id from shop.teams"), "1");
  EXPECT_EQ(app.ask("select team_id from shop.invoices"), "1 1");
  EXPECT_EQ(app.ask("select number from shop.open_invoices order by 1"), "2024-1 2024-2");
  EXPECT_EQ(app.ask("select text from shop.invoice_lines order by 1"), "x y");
  EXPECT_EQ(app.ask("select word from shop.tags"), "red");
  EXPECT_EQ(app.ask("select word from shop.small"), "a");
  EXPECT_EQ(app.ask("select email from shop.users"), "a@one");
  ASSERT_EQ(app.enter_team("00000000-0000-0000-0000-000000000002"), "");
  EXPECT_EQ(app.ask("select title from shop.documents"), "d2");
}

TEST_F(PlanOfShop, lets_a_team_write_its_own_rows_only) {
  separate();
  AppSession app(shop.database());
  ASSERT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.ask("insert into shop.invoices (number) values ('2024-4') returning team_id"), "1");
  EXPECT_EQ(app.ask("insert into shop.tags (word) values ('green') returning team_id"), "1");
  EXPECT_EQ(app.ask("insert into shop.small (word) values ('c') returning team_id"), "1");
  EXPECT_THAT(app.ask("insert into shop.invoices (team_id, number) values (2, 'y')"),
              HasSubstr("row-level security"));
  EXPECT_THAT(app.ask("update shop.invoices set team_id = 2"), HasSubstr("row-level security"));
  EXPECT_THAT(app.ask("insert into shop.invoice_lines values (3, 2, null, 'q')"),
              HasSubstr("row-level security"));
  EXPECT_THAT(app.ask("insert into shop.invoice_lines values (1, 2, 2, 'q')"),
              HasSubstr("row-level security"));
  EXPECT_EQ(app.ask("insert into shop.invoice_lines values (1, 2, 1, 'q') returning position"), "2");
  EXPECT_EQ(app.ask("delete from shop.invoice_lines where text = 'z' returning 1"), "");
  EXPECT_EQ(app.ask("select text from shop.line_notes order by 1"), "own own by user");
  EXPECT_EQ(app.ask("update shop.line_notes set user_id = 1 where text = 'foreign' returning 1"), "");
  EXPECT_THAT(app.ask("update shop.invoice_lines set invoice_id = 3"), HasSubstr("row-level security"));
  EXPECT_THAT(app.ask("insert into shop.line_notes (text) values ('x')"), HasSubstr("row-level security"));
  EXPECT_THAT(app.ask("truncate shop.invoices cascade"), HasSubstr("permission denied"));
  EXPECT_EQ(app.ask("select name from shop.currencies"), "Euro");
  for (const char* write :
       {"insert into shop.currencies (code) values ('USD')", "delete from shop.currencies",
        "update shop.currencies set name = 'x'", "truncate shop.currencies"})
    EXPECT_THAT(app.ask(write), HasSubstr("permission denied")) << write;
}

TEST_F(PlanOfShop, is_empty_once_it_is_applied) {
  separate();
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
}

TEST_F(PlanOfShop, is_undone_by_what_was_kept_of_it) {
  const std::string before = shop.snapshot();
  const auto plan = shop.plan();
  ASSERT_TRUE(shop.apply(plan));
  EXPECT_NE(shop.snapshot(), before);
  const auto kept = tenancy::plan_from_json(tenancy::to_json(plan));
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(*kept, plan);
  const auto status = shop.undo(*kept);
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_EQ(shop.snapshot(), before);
  EXPECT_EQ(ids(shop.plan()), ids(plan));
}

TEST_F(PlanOfShop, is_sql_that_psql_runs_and_undoes) {
  const std::string before = shop.snapshot();
  const auto plan = shop.plan();
  shop.database().admin("set role owner;\n" + tenancy::to_sql(plan));
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
  shop.database().admin("set role owner;\n" + tenancy::undo_sql(plan));
  EXPECT_EQ(shop.snapshot(), before);
}

TEST_F(PlanOfShop, takes_policies_that_somebody_wrote_by_hand) {
  shop.owner().ask("create policy mine on shop.small using (true)");
  shop.owner().ask(
      "create policy yours on shop.small as restrictive using (team_id = (select "
      "art32.current_team_bigint()))");
  const auto plan = shop.plan();
  EXPECT_EQ(find_step(plan, "base_policy/shop.small"), nullptr);
  EXPECT_EQ(find_step(plan, "team_policy/shop.small"), nullptr);
  EXPECT_NE(find_step(plan, "row_security/shop.small"), nullptr);
}

TEST_F(PlanOfShop, is_empty_for_what_the_guide_lets_one_write) {
  auto schema = tenancy::read_schema(shop.owner(), {{"public"}, "app"});
  ASSERT_TRUE(schema) << schema.error().message();
  std::erase_if(schema->tables, [](const tenancy::Table& table) { return table.name.name != "invoice"; });
  ASSERT_EQ(schema->tables.size(), 1U);
  const auto plan = tenancy::plan_separation(*schema, {});
  ASSERT_TRUE(plan) << plan.error().message();
  EXPECT_EQ(*plan, tenancy::Plan{});
}

TEST_F(PlanOfShop, mends_a_policy_that_was_changed) {
  separate();
  const std::string before = shop.snapshot();
  shop.owner().ask("alter policy art32_team on shop.small using (true)");
  const auto plan = shop.plan();
  EXPECT_THAT(ids(plan),
              testing::ElementsAre("drop_changed_policy/shop.small/art32_team", "team_policy/shop.small"));
  const std::string changed = shop.snapshot();
  ASSERT_TRUE(shop.apply(plan));
  EXPECT_EQ(shop.snapshot(), before);
  ASSERT_TRUE(shop.undo(plan));
  EXPECT_EQ(shop.snapshot(), changed);
}

}  // namespace
}  // namespace art32::test
