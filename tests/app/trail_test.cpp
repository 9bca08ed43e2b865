// art32 trail from outside: a database is prepared, its changes are read by the running server, and what
// it doesn't give any more is said.
#include "base/text.h"
#include "tests/app/shop_with_trail.h"

namespace art32::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* shop = R"(
create table invoice (id bigint generated always as identity primary key, team_id bigint not null, number text);
create table session (token text, seen timestamptz);
create unlogged table cache (name text);
)";

constexpr const char* left_out = R"(
left_out = [{ table = "public.session", reason = "of minutes" }, { table = "public.cache", reason = "the same" }])";

class TrailCommand : public ShopWithTrail {
 protected:
  TrailCommand() : ShopWithTrail(shop) { configure("", left_out); }
  net::Finished trail(std::vector<std::string> words) {
    words.insert(words.begin(), "trail");
    words.insert(words.end(), {"--connection", connection()});
    return server.command(words);
  }
  bool is_sealed(std::uint64_t transactions) {
    return eventually([&] { return status().at("transactions").to_number<std::uint64_t>() >= transactions; });
  }
};

TEST_F(TrailCommand, prepares_a_database_and_the_server_reads_it) {
  const net::Finished refused = server.command({"check"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.output + refused.errors, HasSubstr("art32 trail apply --database shop"));

  EXPECT_EQ(trail({"verify"}).exit_code, 1);
  const net::Finished plan = trail({"plan"});
  for (const char* const step :
       {"create role art32_trail login replication;", "max_slot_wal_keep_size = '65536MB'",
        "alter table public.invoice replica identity full;",
        "alter table public.session replica identity full;", "create publication art32 for all tables;",
        "create event trigger art32_schema_change"})
    EXPECT_THAT(plan.output, HasSubstr(step));
  EXPECT_THAT(plan.output, Not(HasSubstr("public.cache"))) << "left out, and not in the log anyway";

  const net::Finished applied = trail({"apply"});
  EXPECT_EQ(applied.exit_code, 0) << applied.output << applied.errors;
  EXPECT_THAT(applied.output, HasSubstr("password of role art32_trail"));
  EXPECT_THAT(trail({"apply"}).output, HasSubstr("Nothing was to be done"));
  EXPECT_THAT(trail({"verify"}).output, AllOf(HasSubstr("slot-missing"), Not(HasSubstr("identity"))));
  EXPECT_THAT(server.command({"check"}).output,
              HasSubstr("trail          1 database gives all that it needs"));

  start();
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  EXPECT_TRUE(is_sealed(1)) << status() << server.log();
  EXPECT_EQ(status().at("unattributed").to_number<int>(), 1) << "nobody vouches for psql";
  sql("insert into session values ('t', now()); update session set seen = null; delete from session");
  sql("insert into invoice (team_id, number) values (2, 'B-1')");
  EXPECT_TRUE(is_sealed(2)) << status();
  EXPECT_EQ(trail({"verify"}).exit_code, 0) << trail({"verify"}).output;
  EXPECT_EQ(server.command({"trail", "status"}).exit_code, 0);
  EXPECT_THAT(server.command({"status"}).output, HasSubstr("trail    shop: read, "));
}

TEST_F(TrailCommand, records_schema_changes_and_gives_new_tables_whole_old_rows) {
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  sql("create table line (what text); create temporary table scratch (a int); drop table scratch");
  EXPECT_EQ(sql("select relreplident from pg_class where relname = 'line'"), "f");
  sql("insert into line values ('paper'); update line set what = 'ink'");
  sql("drop table line");
  EXPECT_EQ(
      sql("select string_agg(command || ' ' || object, ', ' order by id) from art32_trail.schema_change"),
      "CREATE PUBLICATION art32, CREATE TABLE public.line, ALTER TABLE public.line, DROP TABLE public.line");
  EXPECT_TRUE(is_sealed(3)) << status();
  sql("create unlogged table later (a int); insert into later values (1); alter table later set logged; "
      "update later set a = 2");
  sql("create table note (a int); alter role postgres password 'hunter2'");
  EXPECT_EQ(sql("select count(*) from art32_trail.schema_change where statement like '%hunter2%'"), "0");
  EXPECT_EQ(sql("select count(*) from art32_trail.schema_change where object = 'public.note'"), "2");
  sql("create role intruder login");
  EXPECT_FALSE(postgres->sql(
      "set role intruder; insert into art32_trail.schema_change (command) values ('x')", "shop"));
  EXPECT_EQ(trail({"verify"}).exit_code, 0) << trail({"verify"}).output;
}

TEST_F(TrailCommand, shows_who_changed_what_and_seals_that_somebody_looked) {
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  sql("create table member (id int primary key, team_id bigint, name text, password text)");
  sql("insert into invoice (team_id, number) values (1, 'A-1'), (2, 'B-1')");
  sql("update invoice set number = 'A-2' where team_id = 1");
  sql("insert into member values (7, 1, 'Erika', 'hunter2')");
  sql("delete from invoice where team_id = 1");
  ASSERT_TRUE(is_sealed(5)) << status();

  const std::string history = server.command({"trail", "history", "invoice", "1", "--team", "1"}).output;
  EXPECT_THAT(history, HasSubstr("insert public.invoice 1  by nobody known"));
  EXPECT_THAT(history, HasSubstr("number: A-1 → A-2"));
  EXPECT_THAT(history, Not(HasSubstr("B-1")));
  EXPECT_LT(history.find("insert"), history.find("update"));
  EXPECT_LT(history.find("update"), history.find("delete"));
  const std::string found =
      server.command({"trail", "search", "--team", "1", "--column", "number", "--old", "A-1"}).output;
  EXPECT_THAT(found, AllOf(HasSubstr("update public.invoice 1"), Not(HasSubstr("insert"))));
  const std::string tail = server.command({"trail", "tail", "--team", "1"}).output;
  EXPECT_THAT(tail, AllOf(HasSubstr("password: (secret)"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(server.command({"trail", "tail"}).output, HasSubstr("CREATE TABLE"))
      << "changes of the schema are of no team";
  const auto teams = boost::json::parse(server.command({"trail", "teams", "--json"}).output);
  EXPECT_EQ(teams.as_array().size(), 3U) << teams;
  const auto record = boost::json::parse(server.command({"trail", "show", "0", "--team", "1"}).output);
  EXPECT_EQ(record.at("format").as_string(), "art32-record/v1");
  EXPECT_THAT(server.command({"trail", "search", "--team", "1", "--limit", "1"}).output,
              HasSubstr("--behind"));
  EXPECT_THAT(server.command({"trail", "search", "--team", "1", "--since", "yesterday"}).errors,
              HasSubstr("\"yesterday\" is no time"));
  EXPECT_THAT(server.command({"trail", "show", "999", "--team", "1"}).errors, HasSubstr("999"));

  // The looks stand in the ledger, with who asked for what.
  bool is_sealed_look = false;
  for (int i = 0; i < 200 && !is_sealed_look; ++i) {
    const std::string entry = server.command({"ledger", "show", std::to_string(i)}).output;
    is_sealed_look = entry.find("trail-look") != entry.npos && entry.find("invoice") != entry.npos;
  }
  EXPECT_TRUE(is_sealed_look);
}

TEST_F(TrailCommand, takes_over_nothing_that_somebody_else_made) {
  sql("create role boss login; grant create on database shop to boss");
  sql("set role boss; create schema art32; create function art32.attribute() returns trigger language "
      "plpgsql as "
      "'begin return null; end'; create schema art32_trail; create table art32_trail.schema_change (command "
      "text)");
  const net::Finished refused = trail({"apply"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.errors, HasSubstr("somebody else's"));
  sql("drop schema art32_trail cascade");
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  // A trigger would run as whoever changes the table.
  sql("create table trap (a int)");
  EXPECT_EQ(sql("select count(*) from pg_trigger where tgname = 'art32_attribute'"), "0");
  sql("alter table art32_trail.canary owner to boss");
  EXPECT_THAT(trail({"verify"}).output, HasSubstr("schema-changes-foreign  art32_trail.canary"));
}

TEST_F(TrailCommand, says_what_a_database_does_not_give_any_more) {
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  const auto found = [&](const std::string& broken, const std::string& check) {
    sql(broken);
    EXPECT_THAT(trail({"verify"}).output, HasSubstr(check)) << broken;
    EXPECT_THAT(server.command({"trail", "status"}).output, HasSubstr(check)) << broken;
    EXPECT_EQ(trail({"apply"}).exit_code, 0);
    EXPECT_EQ(trail({"verify"}).exit_code, 0) << broken << trail({"verify"}).output;
  };
  found("alter table invoice replica identity default", "identity  public.invoice");
  found("alter event trigger art32_schema_change disable", "schema-changes");
  found("drop event trigger art32_schema_drop", "schema-changes");
  found(
      "create or replace function art32_trail.record_schema_change() returns event_trigger language plpgsql "
      "as "
      "'begin end'",
      "schema-changes");
  found("grant insert on art32_trail.schema_change to public", "schema-changes-open");
  found("alter publication art32 set (publish = 'insert')", "publication");
  found("create unlogged table fast (a int)", "unlogged  public.fast");
}

// Its text is longer than a gigabyte.
TEST_F(TrailCommand, goes_on_with_a_gap_behind_a_value_that_the_server_cannot_decode) {
  sql("create table blob (team_id bigint, content bytea)");
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  sql("insert into blob select 1, convert_to(repeat('x', 540000000), 'UTF8')");
  EXPECT_TRUE(eventually([&] {
    return status().at("connected").as_bool() && status().at("gaps").to_number<int>() == 1;
  })) << status()
      << server.log();
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  EXPECT_TRUE(is_sealed(1)) << status();
}

TEST_F(TrailCommand, goes_on_with_a_gap_when_the_publication_was_gone) {
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  EXPECT_TRUE(is_sealed(1));
  sql("drop publication art32");
  sql("insert into invoice (team_id, number) values (1, 'A-2')");
  EXPECT_TRUE(eventually([&] { return !status().at("connected").as_bool(); })) << status();
  EXPECT_THAT(server.command({"trail", "status"}).output, HasSubstr("publication"));
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] {
    return status().at("connected").as_bool() && status().at("gaps").to_number<int>() == 1;
  })) << status()
      << server.log();
  sql("insert into invoice (team_id, number) values (1, 'A-3')");
  EXPECT_TRUE(is_sealed(2)) << status();
}

TEST_F(TrailCommand, does_not_keep_a_database_from_stopping) {
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  const base::Status stopped = postgres->stop("fast");
  EXPECT_TRUE(stopped.has_value()) << stopped.error().message();
  ASSERT_TRUE(postgres->start_again().has_value());
  sql("insert into invoice (team_id, number) values (1, 'A-2')");
  EXPECT_TRUE(is_sealed(2)) << status();
  EXPECT_EQ(status().at("gaps").to_number<int>(), 0) << status();
}

TEST_F(TrailCommand, a_reload_reads_on_where_it_was) {
  ASSERT_EQ(trail({"apply"}).exit_code, 0);
  start();
  sql("insert into invoice (team_id, number) values (1, 'A-1')");
  EXPECT_TRUE(is_sealed(1));
  server.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return status().at("transactions").to_number<int>() == 0; })) << status();
  sql("insert into invoice (team_id, number) values (1, 'A-2')");
  EXPECT_TRUE(eventually([&] { return status().at("transactions").to_number<int>() == 1; }))
      << status() << server.log();
  EXPECT_EQ(status().at("gaps").to_number<int>(), 0);
}

}  // namespace
}  // namespace art32::test
