// What a database does with entries: of its own, of others, again, too late, forged.
#include <gtest/gtest.h>

#include "tests/tenancy/protected_database.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Entering : public testing::TestWithParam<Functions> {
 protected:
  ProtectedDatabase& database = protected_database(GetParam());
  AppSession app{database};
};

#define EXPECT_CONTAINS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_P(Entering, shows_the_rows_of_the_team_and_of_nobody_else) {
  EXPECT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.sees(), "1 1");
  EXPECT_EQ(app.ask("select art32.current_team()"), "1");
  EXPECT_EQ(app.ask("select art32.current_actor()"), "user:erika");
  EXPECT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
  EXPECT_EQ(app.enter_team("3"), "");
  EXPECT_EQ(app.sees(), "");
}

TEST_P(Entering, gives_new_rows_to_the_team) {
  ASSERT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.ask("insert into invoice (note) values ('new') returning team_id"), "2");
  EXPECT_CONTAINS(app.ask("insert into invoice (team_id, note) values (1, 'foreign')"), "row-level security");
  EXPECT_CONTAINS(app.ask("update invoice set team_id = 1"), "row-level security");
  EXPECT_EQ(app.ask("delete from invoice returning team_id"), "2 2 2");
  EXPECT_EQ(database.admin("select count(*) from invoice where team_id = 1"), "2");
}

TEST_P(Entering, nothing_is_seen_or_written_without_it) {
  for (const char* sql :
       {"select * from invoice", "insert into invoice (note) values ('x')", "update invoice set note = 'x'",
        "delete from invoice", "select art32.current_team()", "select art32.current_actor()"}) {
    const std::string said = app.ask(sql);
    EXPECT_CONTAINS(said, "this session acts for no team");
    EXPECT_CONTAINS(said, "42501");
  }
}

TEST_P(Entering, ends_with_leave) {
  ASSERT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.ask("select art32.leave()"), "");
  EXPECT_CONTAINS(app.sees(), "acts for no team");
  EXPECT_EQ(app.enter_team("1"), "");
}

TEST_P(Entering, works_once_with_each_entry) {
  const base::Bytes first = app.next_entry("1"), second = app.next_entry("2");
  ASSERT_EQ(app.enter(second), "");
  for (const base::Bytes& used : {second, first}) {
    EXPECT_CONTAINS(app.enter(used), "was used before");
    EXPECT_CONTAINS(app.sees(), "acts for no team");
  }
}

TEST_P(Entering, is_for_the_connection_that_the_entry_was_made_for) {
  AppSession other(database);
  EXPECT_CONTAINS(app.enter(other.next_entry("1")), "is for another connection");
  EXPECT_NE(app.session(), other.session());
  EXPECT_CONTAINS(app.sees(), "acts for no team");
}

TEST_P(Entering, is_over_when_the_entry_has_expired) {
  const base::Bytes late =
      tenancy::make_entry(claim_of("1"), app.session(), 1, base::SystemClock().now() - 1s, database.keys());
  EXPECT_CONTAINS(app.enter(late), "has expired");
  EXPECT_CONTAINS(app.sees(), "acts for no team");
}

TEST_P(Entering, takes_no_entry_of_which_an_octet_was_changed) {
  const base::Bytes right = app.next_entry("1");
  for (std::size_t at = 0; at < right.size(); ++at) {
    base::Bytes changed = right;
    changed[at] ^= 0x01;
    EXPECT_NE(app.enter(changed), "") << at;
  }
  for (std::size_t size = 0; size < right.size(); size += 7)
    EXPECT_NE(app.enter(base::ByteView(right).first(size)), "") << size;
  EXPECT_EQ(app.enter(right), "") << "none of these used it up";
}

TEST_P(Entering, takes_no_key_that_the_database_has_not) {
  const base::Bytes foreign = tenancy::make_entry(
      claim_of("1"), app.session(), 1, base::SystemClock().now() + 30s, tenancy::KeyRing::make("k9"));
  EXPECT_CONTAINS(app.enter(foreign), "unknown key");
  const base::Bytes forged = tenancy::make_entry(
      claim_of("1"), app.session(), 1, base::SystemClock().now() + 30s, tenancy::KeyRing::make("k1"));
  EXPECT_CONTAINS(app.enter(forged), "wrong signature");
}

// What the gateway sends behind an entry runs whatever comes of it.
TEST_P(Entering, that_fails_leaves_no_team_behind) {
  ASSERT_EQ(app.enter_team("1"), "");
  (void)app.ask("select art32.enter('\\x00')");
  EXPECT_CONTAINS(app.sees(), "acts for no team");
  ASSERT_EQ(app.enter_team("1"), "");
  (void)app.ask("select art32.enter(null)");
  EXPECT_CONTAINS(app.sees(), "acts for no team");
}

TEST_P(Entering, outlives_transactions_and_their_errors) {
  ASSERT_EQ(app.enter_team("1"), "");
  app.ask("begin");
  EXPECT_CONTAINS(app.ask("select 1/0"), "22012");
  app.ask("rollback");
  EXPECT_EQ(app.sees(), "1 1");
}

TEST_P(Entering, gives_the_team_in_the_type_of_the_column) {
  const std::string uuid = "2f1c3a52-6d0f-4a39-8c1e-4a7b6f0d9e11";
  ASSERT_EQ(app.enter_team(uuid), "");
  EXPECT_EQ(app.ask("select art32.current_team_uuid()"), uuid);
  EXPECT_CONTAINS(app.ask("select art32.current_team_bigint()"), "22P02");
  ASSERT_EQ(app.enter_team("9223372036854775807"), "");
  EXPECT_EQ(app.ask("select art32.current_team_bigint()"), "9223372036854775807");
  EXPECT_CONTAINS(app.ask("select art32.current_team_uuid()"), "22P02");
}

TEST_P(Entering, takes_one_spelling_of_a_team) {
  for (const char* team : {"007", "+7", "-0"}) {
    ASSERT_EQ(app.enter_team(team), "");
    EXPECT_CONTAINS(app.ask("select art32.current_team_bigint()"), "isn't spelled as a bigint is");
    EXPECT_CONTAINS(app.sees(), "22P02");
  }
  ASSERT_EQ(app.enter_team("2F1C3A52-6D0F-4A39-8C1E-4A7B6F0D9E11"), "");
  EXPECT_CONTAINS(app.ask("select art32.current_team_uuid()"), "isn't spelled as a uuid is");
}

TEST_P(Entering, of_nobody_ends_it) {
  ASSERT_EQ(app.enter_team("1"), "");
  const base::Bytes nobody = app.next_nobody();
  EXPECT_EQ(app.enter(nobody), "");
  EXPECT_CONTAINS(app.sees(), "acts for no team");
  EXPECT_CONTAINS(app.enter(nobody), "was used before");
  EXPECT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
}

TEST_P(Entering, waits_for_changes_and_cursors_to_end) {
  ASSERT_EQ(app.enter_team("1"), "");
  app.ask("begin");
  app.ask("insert into invoice (note) values ('x')");
  EXPECT_CONTAINS(app.enter_team("2"), "comes after changes in the same transaction");
  app.ask("rollback");
  ASSERT_EQ(app.enter_team("1"), "");
  app.ask("begin");
  app.ask("declare held cursor with hold for select team_id from invoice");
  app.ask("commit");
  EXPECT_CONTAINS(app.enter_team("2"), "comes while cursors are open");
  EXPECT_CONTAINS(app.sees(), "acts for no team");
  app.ask("close all");
  EXPECT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
}

TEST_P(Entering, is_seen_by_plans_that_were_made_for_another_team) {
  app.ask("prepare mine as select team_id from invoice");
  for (int i = 0; i < 8; ++i)  // beyond the five custom plans, a generic one
    for (const char* team : {"1", "2"}) {
      ASSERT_EQ(app.enter_team(team), "");
      EXPECT_EQ(app.ask("execute mine"), std::string(team) + " " + team);
    }
}

INSTANTIATE_TEST_SUITE_P(, Entering, testing::Values(Functions::extension, Functions::plain),
                         [](const auto& tried) { return name(tried.param); });

}  // namespace
}  // namespace art32::test
