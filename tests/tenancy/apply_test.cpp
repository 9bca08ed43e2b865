// Applying a plan while others use the database, and after something went wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenancy/plan/render_plan.h"
#include "tests/tenancy/shop.h"

namespace art32::test {
namespace {

using tenancy::Stage;
using testing::HasSubstr;
using testing::IsEmpty;

class Applying : public testing::Test {
 protected:
  Shop shop;
  OwnerSession other{shop.database()};
};

TEST_F(Applying, waits_for_a_lock_again_until_it_gets_it) {
  const auto plan = shop.plan();
  ASSERT_EQ(other.ask("begin"), "");
  ASSERT_EQ(other.ask("lock table shop.small in access exclusive mode"), "");
  unsigned waits = 0;
  shop.on_progress = [&](const tenancy::Progress& progress) {
    if (progress.stage != Stage::waits) return;
    EXPECT_EQ(progress.step.object.name, "small");
    EXPECT_THAT(progress.said, HasSubstr("(55P03)"));
    if (++waits == 2) other.ask("commit");
  };
  std::vector<std::chrono::milliseconds> pauses;
  shop.applying.pause = [&](std::chrono::milliseconds pause) { pauses.push_back(pause); };
  const auto status = shop.apply(plan);
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_EQ(waits, 2U);
  ASSERT_EQ(pauses.size(), 2U);
  EXPECT_EQ(pauses[1], 2 * pauses[0]);
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
}

TEST_F(Applying, says_which_step_failed_and_goes_on_from_there) {
  const auto whole = shop.plan();
  ASSERT_EQ(other.ask("begin"), "");
  ASSERT_EQ(other.ask("lock table shop.small in access exclusive mode"), "");
  const auto status = shop.apply(whole);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::timeout);
  EXPECT_THAT(status.error().what,
              HasSubstr("team_default/shop.small: canceling statement due to lock timeout"));
  EXPECT_THAT(status.error().mend, HasSubstr("plan and apply again"));
  other.ask("commit");

  const auto rest = shop.plan();
  EXPECT_EQ(rest.steps.front().id, "team_default/shop.small");
  EXPECT_LT(rest.steps.size(), whole.steps.size());
  ASSERT_TRUE(shop.apply(rest));
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
}

TEST_F(Applying, leaves_the_session_as_it_was) {
  shop.owner().ask("set lock_timeout = '7s'");
  shop.owner().ask("set search_path = shop");
  ASSERT_TRUE(shop.apply(shop.plan()));
  EXPECT_EQ(shop.owner().ask("show lock_timeout"), "7s");
  EXPECT_EQ(shop.owner().ask("show search_path"), "shop");
}

TEST_F(Applying, goes_on_after_it_was_killed_at_any_step) {
  const std::string before = shop.snapshot();
  const auto whole = shop.plan();
  unsigned kills = 0;
  for (std::size_t size = whole.steps.size(); size > 0;) {
    OwnerSession dying(shop.database());
    const std::string pid = dying.ask("select pg_backend_pid()");
    std::size_t begun = 0;
    const auto status =
        tenancy::apply_plan(dying, shop.plan(), shop.applying, [&](const tenancy::Progress& progress) {
          if (progress.stage == Stage::begins && ++begun == 4)
            shop.database().admin("select pg_terminate_backend(" + pid + ", 5000)");
        });
    const std::size_t left = shop.plan().steps.size();
    if (!status) {
      EXPECT_THAT(status.error().mend, HasSubstr("plan and apply again"));
      ++kills;
    }
    if (left == size) break;  // a transaction of more steps than that
    size = left;
  }
  EXPECT_GT(kills, 1U);
  ASSERT_TRUE(shop.apply(shop.plan()));
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
  ASSERT_TRUE(shop.undo(whole));
  EXPECT_EQ(shop.snapshot(), before);
}

TEST_F(Applying, undoes_what_was_applied_of_a_plan_in_part) {
  const std::string before = shop.snapshot();
  const auto whole = shop.plan();
  for (const std::size_t done : {std::size_t{3}, std::size_t{6}, whole.steps.size() / 2}) {
    tenancy::Plan part = whole;
    part.steps.resize(done);
    ASSERT_TRUE(shop.apply(part));
    const auto status = shop.undo(whole);
    ASSERT_TRUE(status) << status.error().message();
    EXPECT_EQ(shop.snapshot(), before);
  }
}

TEST_F(Applying, builds_an_index_anew_that_failed) {
  shop.owner().ask("alter table shop.invoices drop constraint invoices_number_key");
  shop.owner().ask("create unique index numbers on shop.invoices (number) where id > 2");
  shop.owner().ask("update shop.invoices set team_id = 2, number = 'same' where id > 1");
  shop.owner().ask("drop index shop.numbers");
  // What an earlier plan knew to be one for all teams, and isn't.
  auto plan = shop.plan();
  plan.steps = {{"scoped_key/shop.invoices/numbers",
                 {"shop", "invoices"},
                 "Test.",
                 "create unique index concurrently invoices_team_id_art32 on shop.invoices (team_id, number)",
                 "",
                 tenancy::Run::alone}};
  const auto status = shop.apply(plan);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().what, HasSubstr("scoped_key/shop.invoices/numbers"));
  EXPECT_THAT(status.error().mend, HasSubstr("same key within one team"));

  const auto again = shop.plan();
  ASSERT_NE(find_step(again, "drop_invalid_index/shop.invoices/invoices_team_id_art32"), nullptr);
  ASSERT_TRUE(shop.apply(again));
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
}

// An older transaction keeps a concurrent build from ending; the invalid index goes before the next try.
TEST_F(Applying, clears_up_between_two_tries_of_an_index) {
  ASSERT_EQ(other.ask("begin"), "");
  ASSERT_EQ(other.ask("lock table shop.invoices in row exclusive mode"), "");
  shop.applying.index_lock_timeout = std::chrono::milliseconds(100);
  shop.applying.pause = [&](std::chrono::milliseconds) { other.ask("commit"); };
  unsigned waits = 0;
  shop.on_progress = [&](const tenancy::Progress& progress) {
    waits += progress.stage == Stage::waits ? 1 : 0;
  };
  const auto status = shop.apply(shop.plan());
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_EQ(waits, 1U);
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
}

TEST_F(Applying, stops_at_rows_without_a_team) {
  shop.owner().ask("insert into shop.invoices (number) values ('nobody')");
  const auto status = shop.apply(shop.plan());
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().what, HasSubstr("validate_team_check/shop.invoices"));
  EXPECT_THAT(status.error().mend, HasSubstr("rows without a team"));
  shop.owner().ask("delete from shop.invoices where team_id is null");
  EXPECT_EQ(find_step(shop.plan(), "team_check/shop.invoices"), nullptr);
  ASSERT_TRUE(shop.apply(shop.plan()));
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
}

TEST_F(Applying, is_refused_to_who_does_not_own_the_tables) {
  shop.database().admin("alter table shop.small owner to postgres");
  const auto status = shop.apply(shop.plan());
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().mend, HasSubstr("as the owner"));
}

TEST_F(Applying, is_safe_with_any_name) {
  const std::string odd = "quoted \"\"names\"\"; drop table shop.small; --\n' $$ \\";
  shop.owner().ask("create table shop.\"" + odd + "\" (\"select\" bigint unique, \"team_id\" bigint, \"" +
                   odd + "\" text constraint \"" + odd + "k\" unique, primary key (\"select\"))");
  shop.owner().ask("create table shop.\"Order\" (\"" + odd + "\" bigint not null references shop.\"" + odd +
                   "\", \"user\" bigint)");
  shop.owner().ask("create view shop.\"" + odd + "v\" as select 1");
  shop.owner().ask("grant truncate on shop.\"" + odd + "\" to app");
  const std::string before = shop.snapshot();
  const auto plan = shop.plan();
  const auto status = shop.apply(plan);
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
  EXPECT_EQ(shop.database().admin("select count(*) from shop.small"), "2");
  ASSERT_TRUE(shop.undo(plan));
  EXPECT_EQ(shop.snapshot(), before);
  shop.database().admin("set role owner;\n" + tenancy::to_sql(plan));
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
  EXPECT_EQ(shop.database().admin("select count(*) from shop.small"), "2");
}

TEST_F(Applying, separates_partitions_as_well_as_the_whole) {
  shop.owner().ask("create table shop.events (team_id bigint, at date, text text) partition by range (at)");
  shop.owner().ask(
      "create table shop.events_1 partition of shop.events for values from ('2024-01-01') to ('2025-01-01')");
  shop.owner().ask("grant select, insert on shop.events, shop.events_1 to app");
  shop.owner().ask("insert into shop.events values (1, '2024-02-01', 'a'), (2, '2024-02-01', 'b')");
  const std::string before = shop.snapshot();
  const auto plan = shop.plan();
  const auto status = shop.apply(plan);
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_THAT(ids(shop.plan()), IsEmpty());
  AppSession app(shop.database());
  ASSERT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.ask("select text from shop.events"), "a");
  EXPECT_EQ(app.ask("select text from shop.events_1"), "a");
  ASSERT_TRUE(shop.undo(plan));
  EXPECT_EQ(shop.snapshot(), before);
}

TEST_F(Applying, reads_no_schema_that_is_not_there) {
  EXPECT_EQ(tenancy::read_schema(shop.owner(), {{"nowhere"}, "app"}).error().code,
            base::ErrorCode::not_found);
  EXPECT_EQ(tenancy::read_schema(shop.owner(), {{"shop"}, "nobody"}).error().code,
            base::ErrorCode::not_found);
  EXPECT_EQ(shop.owner().ask("select 1"), "1");
}

}  // namespace
}  // namespace art32::test
