// What one team leaves, through the gateway, that would act for the next one on the same server
// connection: from another client, or from the same one with the next request's claim.
#include <fmt/format.h>

#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using gateway::Counters;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Leftovers : public Tenants {
 protected:
  // The first cell that team 2 gets for `sql`, after team 1 said `left` (each a query of its
  // own): from the same client, and from another one.
  std::vector<std::string> after(const std::vector<std::string>& left, const std::string& sql) {
    std::vector<std::string> cells;
    for (const bool same : {true, false}) {
      start();
      const auto first = client();
      const auto second = same ? nullptr : client();
      first->ask(set("1"));
      for (const std::string& each : left)
        first->ask(each);
      if (!first->ask("select 1").errors.empty()) cells.emplace_back("the connection is gone");
      if (same) first->ask("DISCARD ALL");  // what keeps the connection keeps the team too
      RawClient& next = same ? *first : *second;
      if (!same) first->hang_up();
      next.ask(set("2"));
      cells.push_back(seen(next.ask(sql)));
    }
    return cells;
  }
};

TEST_P(Leftovers, of_settings_are_gone) {
  start();
  const auto client = this->client();
  client->ask("set timezone = 'Asia/Tokyo'");  // before there was a claim: the application's own
  client->ask(set("1"));
  client->ask("set standard_conforming_strings = off");
  client->ask("set search_path = pg_catalog, public");
  EXPECT_EQ(client->ask("show search_path").row(), "pg_catalog, public");
  client->ask(set("2"));
  EXPECT_EQ(client->ask("show standard_conforming_strings").row(), "on");
  EXPECT_EQ(client->ask("show search_path").row(), "\"$user\", public");
  EXPECT_EQ(client->ask("show timezone").row(), "Asia/Tokyo");
  client->ask(set("1"));
  EXPECT_EQ(client->ask("show search_path").row(), "\"$user\", public");
}

TEST_P(Leftovers, of_settings_made_without_the_gateway_seeing_are_gone) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("do $$ begin perform set_config('search_path', 'pg_temp', false); end $$");
  client->ask(set("2"));
  EXPECT_EQ(client->ask("show search_path").row(), "\"$user\", public");
}

// A statement that the gateway has prepared under its own name, replaced by one of team 1's.
TEST_P(Leftovers, in_prepared_statements_are_gone) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  said(client->parse("s", "select note from invoice order by id limit 1").sync());
  EXPECT_EQ(said(client->bind("", "s").execute().sync()).row(), "one");
  const std::string name =
      client->ask("select name from pg_prepared_statements where name like 'art32:%'").row();
  ASSERT_THAT(name, StartsWith("art32:"));
  client->ask("do $$ begin execute 'deallocate \"" + name + "\"'; execute 'prepare \"" + name +
              "\" as select ''evil''::text'; end $$");
  client->ask(set("2"));
  EXPECT_EQ(said(client->bind("", "s").execute().sync()).row(), "two");
}

// What stays on the connection can be run by who knows its name, which nothing tells another team.
TEST_P(Leftovers, in_prepared_statements_have_names_that_nobody_guesses) {
  start();
  const auto one = client(), two = client();
  one->ask(set("1"));
  said(one->parse("s", "select note from invoice where note <> 'told to nobody'").sync());
  EXPECT_EQ(seen(said(one->bind("", "s").execute().sync())), "one uno");
  two->ask(set("2"));
  for (unsigned guess = 0; guess <= 0xff; ++guess)
    for (const char* const way : {"explain (verbose) execute", "execute", "deallocate"}) {
      const Answers answers = two->ask(fmt::format("{} \"art32:{:x}\"", way, guess));
      EXPECT_TRUE(answers.rows.empty()) << testing::PrintToString(answers.rows);
      EXPECT_EQ(answers.sqlstate(), "26000") << testing::PrintToString(answers.errors);
    }
  // It was there all the time, in no way protected but by its name.
  const std::string looks =
      "select name from pg_prepared_statements where statement like '%told to' || ' nobody%'";
  const std::string name = two->ask(looks).row();
  ASSERT_THAT(name, testing::MatchesRegex("art32:[-_A-Za-z0-9]{9}"));
  const Answers shown = two->ask("explain (verbose) execute \"" + name + "\"");
  EXPECT_THAT(shown.rows, Contains(HasSubstr("told to nobody")));
  // As the posture check `prepared-readable` has it.
  database().admin("revoke execute on function pg_prepared_statement() from public");
  const Answers hidden = two->ask(looks);
  database().admin("grant execute on function pg_prepared_statement() to public");
  EXPECT_TRUE(hidden.rows.empty());
  EXPECT_EQ(hidden.sqlstate(), "42501");
}

// Whoever learns the name of its own statement, which others share, can only take it from itself.
TEST_P(Leftovers, of_a_shared_statement_that_was_deallocated_heal) {
  start();
  const auto one = client(), two = client();
  constexpr const char* shared = "select note from invoice order by id limit 1";
  one->ask(set("1"));
  said(one->parse("s", shared).bind("", "s").execute().sync());
  two->ask(set("2"));
  EXPECT_EQ(said(two->parse("s", shared).bind("", "s").execute().sync()).row(), "two");
  const std::string name =
      one->ask("select name from pg_prepared_statements where name like 'art32:%'").row();
  ASSERT_THAT(name, StartsWith("art32:"));
  const std::string deallocates = "deallocate \"" + name + "\"";
  // Bound first, run last: in between the statement is in use again.
  said(two->parse("d", deallocates).bind("p", "d").bind("q", "s").execute("p").sync());
  EXPECT_EQ(seen(said(one->bind("", "s").execute().sync())), "one");
}

// Each way makes a temporary table that stands before the real one, also without saying TEMP.
TEST_P(Leftovers, of_temporary_tables_are_gone) {
  database().admin("grant temporary on database app to app");
  for (const char* const made : {
           "create temp table invoice as select 7 as team_id, 7 as id",
           "begin; set local search_path = 'pg_temp'; select 7 as team_id, 7 as id into invoice; commit",
           "begin; set local search_path = 'pg_temp'; create table invoice as select 7 as team_id, 7 as id; "
           "commit",
           "begin; set local search_path = 'pg_temp'; select 7 as team_id, 7 as id, (7) insert into invoice; "
           "commit",
           "begin; set local search_path = 'pg_temp'; explain analyze create table invoice as select 7 as "
           "team_id, 7 as id; commit",
           "begin; select set_config('search_path', 'pg_temp', true); with x as (select 7 as team_id, 7 as "
           "id) "
           "select * into invoice from x; commit",
           "do $$ begin create temp table invoice as select 7 as team_id, 7 as id; end $$",
       }) {
    start();
    const auto first = client();
    first->ask(set("1"));
    first->ask(made);
    ASSERT_EQ(seen(*first), "7") << made;
    first->hang_up();
    for (const std::string& cell : after({made}, teams_sql))
      EXPECT_EQ(cell, "2 2") << made;
  }
  database().admin("revoke temporary on database app from app");
}

TEST_P(Leftovers, of_sequences_are_gone) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("insert into invoice (note) values ('x')");
  client->ask(set("2"));
  const Answers answers = client->ask("select lastval()");
  EXPECT_TRUE(answers.rows.empty());
  EXPECT_FALSE(answers.errors.empty());
}

// Whoever ends the entry by SQL, or tries one of its own, harms nobody but one statement.
TEST_P(Leftovers, of_a_team_that_left_by_sql_heal) {
  start();
  const auto one = client(), two = client();
  one->ask(set("1"));
  two->ask(set("1"));
  for (const char* const attack :
       {"select art32.leave()", "select art32.enter('\\x00')", "select art32.enter(null)"}) {
    EXPECT_EQ(seen(*one), "1 1");
    one->ask(attack);
    two->ask("select 1");
    two->ask("select 2");
    seen(*two);
    EXPECT_EQ(seen(*two), "1 1") << attack;
  }
}

// A ROLLBACK in the entry's own transaction takes that along where the functions are in SQL: what
// comes behind must not be the team's of before.
TEST_P(Leftovers, of_an_entry_that_is_rolled_back_show_nothing) {
  start();
  const auto one = client(), two = client();
  two->ask(set("2"));
  const std::function<Answers()> attacks[] = {
      [&] { return said(one->run("select 1").run("rollback").run(teams_sql).sync()); },
      [&] { return one->ask(std::string("select e'a'\n'\\'' ; rollback; ") + teams_sql + " --'"); },
      [&] {
        said(one->run("select 1").run("do $$ begin rollback; end $$").sync());
        return one->ask(teams_sql);
      },
      [&] {
        said(one->run("select 1").run("begin").sync());
        return said(one->query("rollback and chain").query(teams_sql).query("rollback"), 3);
      },
      [&] {
        one->ask("begin");
        return one->ask(std::string("rollback; ") + teams_sql);
      },
  };
  for (const auto& attack : attacks) {
    ASSERT_EQ(seen(*two), "2 2");
    one->ask(set("1"));
    for (const std::string& row : attack().rows)
      EXPECT_TRUE(row == "1" || row == "a'") << row;
    one->ask("rollback");
    EXPECT_EQ(seen(*one), "1 1");
  }
}

TEST_P(Leftovers, of_what_is_pipelined_behind_a_discard_are_gone) {
  start();
  const auto one = client(), two = client();
  one->ask(set("1"));
  seen(*one);
  said(one->query("discard all")
           .query("do $$ begin perform set_config('search_path', 'pg_catalog', false); end $$"),
       2);
  one->hang_up();
  two->ask(set("2"));
  EXPECT_EQ(two->ask("show search_path").row(), "\"$user\", public");
}

TEST_P(Leftovers, of_sequences_are_gone_however_they_are_asked) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("insert into invoice (note) values ('x')");
  client->ask(set("2"));
  for (const char* const sql :
       {"select \"lastval\"()", "select query_to_xml('select lastval()', true, true, '')::text",
        "do $$ begin raise exception 'drawn %', lastval(); end $$"}) {
    const Answers answers = client->ask(sql);
    EXPECT_TRUE(answers.rows.empty()) << sql;
    EXPECT_EQ(answers.sqlstate(), "55000") << sql << testing::PrintToString(answers.errors);
  }
}

TEST_P(Leftovers, an_entry_that_is_copied_is_of_no_use) {
  start();
  const auto one = client(), two = client();
  two->ask(set("2"));
  one->ask(set("1"));
  // Nothing in the session shows what entered it.
  const Answers statements =
      one->ask("select statement from pg_prepared_statements where statement like '%enter%'");
  EXPECT_TRUE(statements.rows.empty()) << testing::PrintToString(statements.rows);
  const std::string shown =
      "select count(*) from pg_stat_activity where pid <> pg_backend_pid() and query ~ ";
  EXPECT_EQ(database().admin(shown + "'x0102'"), "0");
}

ART32_WITH_BOTH_FUNCTIONS(Leftovers);

}  // namespace
}  // namespace art32::test
