// What an injected statement could try to act for another team: each, in a session of team 1.
#include <gtest/gtest.h>

#include "tests/tenancy/protected_database.h"

namespace art32::test {
namespace {

class Attacks : public testing::TestWithParam<Functions> {
 protected:
  ProtectedDatabase& database = protected_database(GetParam());
};

bool is_own_or_refused(const std::string& seen) {
  return seen == "1 1" || seen.find("(42501)") != seen.npos;
}

// Whatever it answers, afterwards the session is team 1's or nobody's.
constexpr const char* attacks[] = {
    "set art32.team = '2'",
    "set art32.current_team = '2'",
    "select set_config('art32.team', '2', false)",
    "select set_config('art32.current_team', '2', false)",
    "set art32.key_file = '/dev/null'",
    "alter role app set art32.key_file = '/dev/null'",
    "reset all",
    "discard all",
    "discard temp",
    "set role postgres",
    "set session authorization postgres",
    "set role art32_owner",
    "update pg_temp.art32_state set team = '2'",
    "insert into pg_temp.art32_state select session, 0, '2', 'user:x' from pg_temp.art32_state",
    "delete from pg_temp.art32_state",
    "truncate pg_temp.art32_state",
    "drop table pg_temp.art32_state",
    "alter table pg_temp.art32_state rename to gone",
    "create temporary table art32_state as select '\\x00'::bytea as session, 0::bigint as number, '2'::text "
    "as team, "
    "'user:x'::text as actor, null::text as fault",
    "create temporary view art32_state as select '2'::text as team",
    "create function pg_temp.current_team() returns text language sql as $$ select '2' $$",
    "create function pg_temp.current_team_bigint() returns bigint language sql as $$ select 2::bigint $$",
    "create or replace function art32.current_team_bigint() returns bigint language sql as $$ select "
    "2::bigint $$",
    "create function art32.mine() returns int language sql as $$ select 1 $$",
    "drop function art32.current_team() cascade",
    "drop schema art32 cascade",
    "set search_path = pg_temp, public",
    "select art32.add_key('k2', repeat('00', 32))",
    "select art32.remove_key('k1')",
    "insert into art32.keys values ('k2', '', '')",
    "select * from art32.keys",
    "alter table invoice disable row level security",
    "drop policy team on invoice",
    "create policy open on invoice using (true)",
    "set row_security = off",
    "alter role app bypassrls",
    "do $$ begin perform set_config('art32.team', '2', false); end $$",
    "select query_to_xml('select set_config(''art32.team'', ''2'', false)', true, true, '')",
    "select art32.enter(decode(repeat('00', 120), 'hex'))",
    "select art32.leave()",
};

TEST_P(Attacks, leave_the_session_with_its_team_or_with_none) {
  for (const char* attack : attacks) {
    AppSession app(database);
    ASSERT_EQ(app.enter_team("1"), "");
    for (const char* commit : {"rollback", "commit"}) {
      app.ask("begin");
      (void)app.ask(attack);
      app.ask(commit);
      (void)app.ask(attack);
      app.ask("reset role");
      const std::string seen = app.sees();
      EXPECT_TRUE(is_own_or_refused(seen)) << attack << ": " << seen;
    }
  }
  EXPECT_EQ(database.admin("select count(*) from invoice"), "4");
}

// The team before lies in the connection that the next one gets.
TEST_P(Attacks, what_a_team_left_in_the_connection_does_not_act_for_the_next) {
  for (const char* attack : attacks) {
    AppSession app(database);
    ASSERT_EQ(app.enter_team("2"), "");
    (void)app.ask(attack);
    app.ask("reset role");
    const std::string entered = app.enter_team("1");
    const std::string seen = app.sees();
    EXPECT_TRUE(is_own_or_refused(seen)) << attack << ": " << entered << seen;
  }
}

TEST_P(Attacks, every_statement_kind_stays_with_the_team) {
  AppSession app(database);
  ASSERT_EQ(app.enter_team("1"), "");
  EXPECT_EQ(app.ask("select count(*) from invoice a join invoice b on true"), "4");
  EXPECT_EQ(app.ask("with all_of as (select * from invoice) select count(*) from all_of"), "2");
  EXPECT_EQ(app.ask("select (select count(*) from invoice where team_id = 2)"), "0");
  EXPECT_EQ(app.ask("update invoice set note = 'x' where team_id = 2 returning id"), "");
  EXPECT_EQ(app.ask("delete from invoice where team_id = 2 returning id"), "");
  EXPECT_NE(
      app.ask("merge into invoice using (values (3)) v(id) on invoice.id = v.id "
              "when matched then update set note = 'x' when not matched then insert (team_id) values (2)")
          .find("row-level security"),
      std::string::npos);
  EXPECT_EQ(
      app.ask("select query_to_xml('select team_id from invoice where team_id = 2', true, true, '')::text "
              "like '%>2<%'"),
      "f");
  EXPECT_EQ(app.ask("select count(*) from invoice tablesample system (100)"), "2");
  EXPECT_NE(app.ask("truncate invoice").find("permission denied"), std::string::npos);
  EXPECT_NE(app.ask("select * from pg_stats where tablename = 'invoice' and attname = 'note'"), "one");
  EXPECT_EQ(database.admin("select count(*) from invoice where team_id = 2 and note in ('two', 'due')"), "2");
}

INSTANTIATE_TEST_SUITE_P(, Attacks, testing::Values(Functions::extension, Functions::plain),
                         [](const auto& tried) { return name(tried.param); });

}  // namespace
}  // namespace art32::test
