// What an injected statement could try to act for another team: each, in a session of team 1.
#include <gtest/gtest.h>

#include <fmt/format.h>

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
    "update pg_temp.art32_state set entered = row('2', 2, null, 'user:x')",
    "insert into pg_temp.art32_state select session, 0, entered, fault from pg_temp.art32_state",
    "delete from pg_temp.art32_state",
    "truncate pg_temp.art32_state",
    "drop table pg_temp.art32_state",
    "alter table pg_temp.art32_state rename to gone",
    "create temporary table art32_state as select '\\x00'::bytea as session, 0::bigint as number, "
    "row('2', 2, null, 'user:x')::art32.entered as entered, null::text as fault",
    "create temporary view art32_state as select row('2', 2, null, 'user:x')::art32.entered as entered",
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
    // In plain SQL these make it another session, which the entry isn't for.
    const bool is_renamed = GetParam() == Functions::plain && std::string_view(attack).starts_with("discard");
    const bool is_off = std::string_view(attack) == "set row_security = off";
    if (is_renamed) {
      EXPECT_NE(entered.find("the entry is for another connection"), entered.npos) << attack << entered;
      EXPECT_TRUE(seen.ends_with("(42501)")) << attack << ": " << seen;
      continue;
    }
    EXPECT_EQ(entered, "") << attack;
    if (is_off) {
      EXPECT_NE(seen.find("would be affected by row-level security"), seen.npos) << seen;
      continue;
    }
    EXPECT_EQ(seen, "1 1") << attack;
  }
}

// These don't even run.
TEST_P(Attacks, what_is_ours_is_refused_to_the_application) {
  AppSession app(database);
  ASSERT_EQ(app.enter_team("1"), "");
  for (const char* attack :
       {"select * from art32.keys", "insert into art32.keys values ('k2', '', '')",
        "select art32.add_key('k2', '')", "select art32.add_key('k2', repeat('00', 32))",
        "select art32.remove_key('k1')", "set role art32_owner", "delete from pg_temp.art32_state",
        "update pg_temp.art32_state set entered = row('2', 2, null, 'user:x')",
        "drop table pg_temp.art32_state",
        "create function art32.mine() returns int language sql as 'select 1'",
        "alter function art32.current_team() rename to gone"}) {
    const std::string said = app.ask(attack);
    EXPECT_TRUE(said.ends_with("(42501)") || said.ends_with("(42P01)") || said.ends_with("(42883)") ||
                said.ends_with("(22023)") || said.ends_with("(3F000)"))
        << attack << ": " << said;
  }
  EXPECT_EQ(app.sees(), "1 1");
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
  database.admin("analyze invoice");
  EXPECT_EQ(app.ask("select count(*) from pg_stats where tablename = 'invoice'"), "0")
      << "statistics have everybody's values";
  EXPECT_EQ(database.admin("select count(*) from invoice where team_id = 2 and note in ('two', 'due')"), "2");
}

// A view that stands before the table, with a function that copies what it sees, waits in the
// connection for the next team.
TEST(Planted, temporary_objects_are_gone_when_another_team_enters) {
  ProtectedDatabase& database = protected_database(Functions::extension);
  const std::vector<std::string> plant = {
      "create temporary table loot (team bigint, note text)",
      "create function pg_temp.spy(bigint, text) returns bool language plpgsql as "
      "$$ begin insert into pg_temp.loot values ($1, $2); return true; end $$",
      "create temporary view invoice as select * from public.invoice where pg_temp.spy(team_id, note)"};
  AppSession app(database);
  ASSERT_EQ(app.enter_team("1"), "");
  for (const std::string& statement : plant)
    ASSERT_EQ(app.ask(statement), "");
  EXPECT_EQ(app.sees(), "1 1");
  EXPECT_EQ(app.ask("select count(*) from loot"), "2") << "it works within a team";
  ASSERT_EQ(app.enter_team("1"), "") << "which keeps its own";
  EXPECT_EQ(app.ask("select count(*) from loot"), "2");
  ASSERT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
  EXPECT_NE(app.ask("select count(*) from loot").find("(42P01)"), std::string::npos);

  // Nor come they back with a rollback.
  ASSERT_EQ(app.enter_team("1"), "");
  for (const std::string& statement : plant)
    ASSERT_EQ(app.ask(statement), "");
  app.ask("begin");
  EXPECT_NE(app.enter_team("2").find("changes the team in a transaction"), std::string::npos);
  app.ask("rollback");
  EXPECT_NE(app.sees().find("acts for no team"), std::string::npos);
  const base::Bytes second = app.next_entry("2");
  EXPECT_NE(
      app.ask("select art32.enter('\\x" + base::hex(second) + "'), 1 / (random() * 0)::int").find("22012"),
      std::string::npos);
  EXPECT_NE(app.sees().find("acts for no team"), std::string::npos) << "its reset was rolled back";
  ASSERT_EQ(app.enter_team("2"), "");
  EXPECT_EQ(app.sees(), "2 2");
  EXPECT_NE(app.ask("select count(*) from loot").find("(42P01)"), std::string::npos);
}

// Nobody else has the use of the type that the state is of: art32-plain.sql.
TEST(Planted, a_state_that_somebody_else_made_is_none) {
  ProtectedDatabase& database = protected_database(Functions::plain);
  database.admin(
      "grant temporary on database app to app; create schema workshop authorization app; "
      "create type workshop.own as (team text, team_bigint bigint, team_uuid uuid, actor text)");
  const char* const forged = "row('2', 2, null, 'user:x')::art32.entered";
  for (const std::string& plant :
       {fmt::format("create temporary table art32_state as select {} as entered", forged),
        fmt::format("create temporary view art32_state as select {} as entered", forged),
        std::string("create temporary table art32_state (entered art32.entered)"),
        std::string("create temporary table art32_state of art32.entered"),
        std::string("create temporary table art32_state (entered art32.entered[])"),
        std::string("create domain workshop.mine as art32.entered"),
        std::string("create type workshop.mine as (entered art32.entered)"),
        std::string(
            "create function workshop.entered(int) returns art32.entered language sql as 'select null'"),
        std::string("create function workshop.take(art32.entered) returns int language sql as 'select 1'")}) {
    AppSession app(database);
    app.ask("discard temp");
    const std::string said = app.ask(plant);
    EXPECT_NE(said.find("(42501)"), std::string::npos) << plant << ": " << said;
  }
  // A function that gives the type without naming it: what the state's field is of.
  AppSession maker(database);
  ASSERT_EQ(maker.ask("create function workshop.entered(a record, b anyelement default "
                      "(null::pg_temp.art32_state).entered) returns anyelement language plpgsql as $$ begin "
                      "return row('2', 2, null, 'x:y')::art32.entered; end $$"),
            "");
  for (const char* plant :
       {"create temporary table art32_state as select '\\x00'::bytea as session, 0::bigint as number, "
        "row('2'::text, 2::bigint, null::uuid, 'user:x'::text) is null as entered, null::text as fault",
        "create temporary table art32_state as select '\\x00'::bytea as session, 0::bigint as number, "
        "row('2', 2, null, 'x')::workshop.own as entered, null::text as fault",
        "create temporary table art32_state (session bytea, number bigint, fault text)",
        "create temporary table art32_state (session bytea, number bigint, x int, fault text)",
        "create temporary table art32_state (session bytea, number bigint, x int, fault text, entered int)",
        "create temporary table art32_state as select '2'::text as team, 2::bigint as team_bigint",
        "create temporary view art32_state as select null as entered"}) {
    AppSession app(database);
    ASSERT_EQ(app.enter_team("1"), "");
    app.ask("discard temp");
    (void)app.ask(plant);
    (void)app.ask("insert into art32_state default values");
    (void)app.ask("set search_path = workshop, public");
    ASSERT_EQ(app.ask("select to_regclass('pg_temp.art32_state') is not null"), "t") << plant;
    EXPECT_NE(app.sees().find("(42"), std::string::npos) << app.sees();
    EXPECT_NE(app.enter_team("1"), "");
    EXPECT_NE(app.sees().find("(42"), std::string::npos) << app.sees();
  }
  database.admin("revoke temporary on database app from app; drop schema workshop cascade");
}

TEST(Plain, is_not_opened_by_default_privileges_or_predefined_roles) {
  ProtectedDatabase& database = protected_database(Functions::plain);
  for (const char* role : {"pg_read_all_data", "pg_write_all_data"}) {
    database.admin(std::string("grant ") + role + " to app");
    AppSession app(database);
    ASSERT_EQ(app.enter_team("1"), "");
    EXPECT_EQ(app.ask("select count(*) from art32.keys").find_first_not_of("0"),
              role == std::string("pg_read_all_data") ? std::string::npos : 0U);
    (void)app.ask("update pg_temp.art32_state set entered = row('2', 2, null, 'user:x')");
    EXPECT_NE(app.ask("insert into art32.keys values ('x', '', '')").find("(42501)"), std::string::npos);
    EXPECT_EQ(app.ask("select art32.current_team()"), "1");
    database.admin(std::string("revoke ") + role + " from app");
  }
  EXPECT_EQ(database.admin("select count(*) from pg_auth_members where roleid = 'art32_owner'::regrole"),
            "0");
  EXPECT_EQ(database.admin("select count(*) from art32.keys"), "1");
}

TEST(Plain, is_installed_by_whoever_owns_the_database_whatever_the_default_privileges_are) {
  ProtectedDatabase& database = protected_database(Functions::plain);
  const PrivatePostgres& postgres = database.postgres();
  postgres.add_role("installer");
  postgres.sql("alter role installer createrole; create database second owner installer");
  const std::string as_installer = "set session authorization installer;\n";
  postgres.sql(
      as_installer +
          "alter default privileges grant all on tables to app; alter default privileges grant all on "
          "functions to app; alter default privileges grant all on schemas to app;\n",
      "second");
  postgres.sql(as_installer + "begin;\n" + plain_sql() + "commit;\n", "second");
  const std::string as_app = "set session authorization app;\n";
  EXPECT_EQ(
      postgres.sql(as_app +
                       "select has_table_privilege('art32.keys', 'select, insert, update, delete')::text || "
                       "has_function_privilege('art32.add_key(text, text)', 'execute')::text || "
                       "has_schema_privilege('art32', 'create')::text",
                   "second"),
      "falsefalsefalse");
  EXPECT_EQ(postgres.sql(as_installer + "select pg_has_role('art32_owner', 'member')", "second"), "f");
  postgres.sql(as_installer + "select art32.add_key('k1', repeat('0a', 32))", "second");
  EXPECT_EQ(postgres.sql("select count(*) from art32.keys", "second"), "1");
}

INSTANTIATE_TEST_SUITE_P(, Attacks, testing::Values(Functions::extension, Functions::plain),
                         [](const auto& tried) { return name(tried.param); });

}  // namespace
}  // namespace art32::test
