// database.separation in a schema full of odd tables, with both kinds of functions; with tables left
// out; and after it was cut off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>

#include "audit/scratch_gateway.h"
#include "base/text.h"
#include "net/postgres_client.h"
#include "tests/audit/odd_schema.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

enum class Functions { extension, plain };

class Separation : public testing::TestWithParam<Functions> {
 protected:
  void SetUp() override {
    auto started = net::ScratchPostgres::start({});
    ASSERT_TRUE(started.has_value()) << started.error().message();
    postgres = std::move(*started);
    const bool is_plain = GetParam() == Functions::plain;
    auto lines = audit::add_scratch_gateway(
        *postgres, server.folder(),
        is_plain ? server.command({"tenancy", "functions"}).output : extension_functions());
    ASSERT_TRUE(lines.has_value()) << lines.error().message();
    const std::string dropped = is_plain ? "" : ask("drop function art32.add_key");
    ASSERT_EQ(dropped, "");
    server.edit("art32.toml", "[ledger]\n", *lines + "\n[ledger]\n");
    const auto prepared = server.command({"trail", "apply", "--connection", postgres->connection("tenants")});
    ASSERT_EQ(prepared.exit_code, 0) << prepared.errors;
  }
  // As CREATE EXTENSION, but of this build, with its keys in a file; and with what takes the key of
  // the plain ones, for a moment.
  std::string extension_functions() {
    const base::Path library = postgres->folder() / "art32.so", keys = postgres->folder() / "art32.keys";
    std::filesystem::copy_file(ART32_EXTENSION, library);
    std::filesystem::copy_file(server.folder() / "keys/entry.keys", keys);
    ::chmod(library.c_str(), 0755);
    ::chmod(keys.c_str(), 0600);
    if (const passwd* owner = ::getpwnam("postgres"); owner != nullptr && ::geteuid() == 0) {
      EXPECT_EQ(::chown(keys.c_str(), owner->pw_uid, owner->pw_gid), 0);
    }
    EXPECT_TRUE(postgres
                    ->sql("load '" + library.string() + "'; alter system set art32.key_file = '" +
                          keys.string() + "'")
                    .has_value());
    EXPECT_TRUE(postgres->sql("select pg_reload_conf()").has_value());
    std::string sql = *base::read_text_file(base::Path(ART32_SOURCE_FOLDER) / "pg/art32--1.0.sql");
    sql = sql.substr(sql.find('\n', sql.find("\\echo")));
    sql = base::replace_all(std::move(sql), "@extschema@", "art32");
    sql = base::replace_all(std::move(sql), "MODULE_PATHNAME", library.string());
    return "create schema art32; set local search_path = art32, pg_catalog;\n" + sql +
           "create function add_key(text, text) returns void language sql as '';\n";
  }
  std::string ask(const std::string& sql) {
    const auto said = postgres->sql(sql, "tenants");
    return said ? *said : said.error().message();
  }
  // All that the probe saw, a line each: "kind outcome english: seen".
  std::string audit() {
    const net::Finished run = server.command({"audit", "--only", "database.separation", "--json"});
    const json::value all = json::parse(run.output);
    std::string lines;
    for (const json::value& probe : all.at("probes").as_array()) {
      lines += "verdict " + std::string(probe.at("verdict").as_string()) + "\n";
      for (const json::value& one : probe.at("observations").as_array()) {
        targets.insert(std::string(one.at("target").as_string()));
        lines += std::string(one.at("kind").as_string()) + " " + std::string(one.at("outcome").as_string()) +
                 " " + std::string(one.at("tried").at("en").as_string()) + ": " +
                 std::string(one.at("seen").as_string()) + "\n";
      }
    }
    return lines;
  }
  // Of teams that the schema doesn't begin with.
  std::string rows_of_canaries() {
    return ask(
        "select (select count(*) from team where id > 2) + (select count(*) from bill where team_id > 2) + "
        "(select count(*) from bill_note where bill_id > 3)");
  }

  RunningServer server;
  std::unique_ptr<net::ScratchPostgres> postgres;
  std::set<std::string> targets;  // of what it saw
};

TEST_P(Separation, is_tried_in_odd_tables_and_leaves_them_as_they_were) {
  ASSERT_EQ(ask(odd_schema), "");
  const std::string tables =
      "select concat((select count(*) from \"Odd Schema\".\"Quoted \"\"Name\"\"\"), ' ', (select count(*) "
      "from event), "
      "' ', (select count(*) from season), ' ', (select count(*) from watched), ' ', (select count(*) from "
      "watched_log), ' ', (select count(*) from remark), ' ', (select count(*) from remark_part), ' ', "
      "(select "
      "count(*) from maybe), ' ', (select count(*) from \"Odd Schema\".membership))";
  const std::string before = ask(tables);
  server.start();
  const std::string seen = audit();
  EXPECT_THAT(seen, StartsWith("verdict pass"));
  EXPECT_EQ(targets, std::set<std::string>{"tenants, app"}) << "the database, and as whom";
  EXPECT_THAT(seen, HasSubstr("writes a row into each table and reads it: in 14 tables"));
  EXPECT_THAT(seen, HasSubstr("by COPY FROM: nothing, in 14 tables"));
  EXPECT_THAT(seen, HasSubstr("Views without the team's column: nothing, in 1 view\n"));
  EXPECT_THAT(seen, HasSubstr("with the other team as one: nothing, in 1 function\n"));
  EXPECT_EQ(ask(tables), before);
  EXPECT_EQ(rows_of_canaries(), "0");
}

TEST_P(Separation, turns_red_for_the_child_of_a_child) {
  ASSERT_EQ(ask(odd_schema), "");
  ASSERT_EQ(ask("drop policy team on remark_part"), "");
  server.start();
  const std::string seen = audit();
  EXPECT_THAT(seen, StartsWith("verdict fail"));
  EXPECT_THAT(seen,
              HasSubstr("attack worked Reading by SELECT, sub-select, join and WITH: got at rows of others: "
                        "public.remark_part: "));
}

TEST_P(Separation, says_which_table_it_cannot_try_until_that_is_left_out) {
  ASSERT_EQ(ask(unclear_table), "");
  server.start();
  const std::string seen = audit();
  EXPECT_THAT(seen, StartsWith("verdict error"));
  EXPECT_THAT(seen, HasSubstr("public.stamp_of_bill: refers to its parent by several columns"));
  EXPECT_EQ(server.stop(SIGTERM), 0);
  server.edit("art32.toml", "tenancy = true\n",
              "tenancy = true\nprobe_leaves_out = [\"public.stamp_of_bill\", \"public.nowhere\"]\n");
  server.start();
  const std::string left_out = audit();
  EXPECT_THAT(left_out, StartsWith("verdict pass"));
  EXPECT_THAT(left_out,
              HasSubstr("leaves out (probe_leaves_out): nothing is tried of them: public.stamp_of_bill, "
                        "public.nowhere (no such table)"));
}

// What was put in stays until the next run, which knows whose it is.
TEST_P(Separation, removes_what_a_run_that_was_killed_has_left) {
  server.start();
  std::thread run([this] { (void)server.command({"audit", "--only", "database.separation"}); });
  for (int i = 0; i < 1000 && rows_of_canaries() < "3"; ++i)
    std::this_thread::sleep_for(5ms);
  server.stop(SIGKILL);
  run.join();
  EXPECT_NE(rows_of_canaries(), "0");
  server.start();
  EXPECT_THAT(audit(), StartsWith("verdict pass"));
  EXPECT_EQ(rows_of_canaries(), "0");
}

// As a careful operator grants it: teams are founded elsewhere, the journal is never changed, and
// prices are others' to write.
constexpr const char* least_privilege = R"(
revoke insert, update, delete on team from app;
insert into team values (900001, 'canary'), (900002, 'canary');
create table journal (
  id bigint generated always as identity primary key, team_id bigint not null references team,
  bill_id bigint not null references bill, what text not null
);
create table seal (team_id bigint not null, journal_id bigint not null references journal, what text not null);
create table price (team_id bigint not null, cents bigint not null);
insert into price values (1, 100), (2, 200);
do $$
declare
  each regclass;
begin
  foreach each in array array['journal', 'seal', 'price']::regclass[] loop
    execute format('alter table %s enable row level security', each);
    execute format('alter table %s force row level security', each);
    execute format('create policy rows on %s using (true) with check (true)', each);
    execute format('create policy team on %s as restrictive using (team_id = (select art32.current_team_bigint())) '
                   'with check (team_id = (select art32.current_team_bigint()))', each);
  end loop;
end $$;
grant select, insert on journal, seal to app;
grant select on price to app;
)";

TEST_P(Separation, passes_with_least_privilege_for_teams_that_stand_there) {
  ASSERT_EQ(ask(least_privilege), "");
  server.start();
  const std::string without = audit();
  EXPECT_THAT(without, StartsWith("verdict error"));
  EXPECT_THAT(without, HasSubstr("make two teams that nobody has, and name them in canary_teams"));
  EXPECT_EQ(server.stop(SIGTERM), 0);
  server.edit("art32.toml", "tenancy = true\n", "tenancy = true\ncanary_teams = [\"900001\", \"900002\"]\n");
  server.start();
  for (int run = 1; run <= 2; ++run) {
    const std::string seen = audit();
    EXPECT_THAT(seen, StartsWith("verdict pass")) << run << "\n" << seen;
    EXPECT_THAT(seen, HasSubstr("whether rows of others are seen: public.price\n"));
    EXPECT_THAT(seen, HasSubstr("may not delete it: public.seal, public.journal, public.bill\n"));
    EXPECT_THAT(seen, Not(HasSubstr("that was cut off")));
    EXPECT_EQ(
        ask("select concat((select count(*) from team), ' ', (select count(*) from journal), ' ', (select "
            "count(*) from seal), ' ', (select count(*) from bill), ' ', (select count(*) from bill_line))"),
        "4 1 1 4 2");
  }
  ASSERT_EQ(ask("drop policy team on price"), "");
  const std::string read = audit();
  EXPECT_THAT(read, StartsWith("verdict fail"));
  EXPECT_THAT(read, HasSubstr("join and WITH: got at rows of others: public.price: "));
  ASSERT_EQ(ask("revoke select on price from app; drop policy team on journal"), "");
  const std::string kept = audit();
  EXPECT_THAT(kept, StartsWith("verdict fail"));
  EXPECT_THAT(kept, HasSubstr("join and WITH: got at rows of others: public.journal: "));
}

// Rows that the operator put there are read, and neither doubled nor removed.
TEST_P(Separation, uses_rows_that_stand_there_and_asks_for_a_team_that_does_not) {
  ASSERT_EQ(ask(least_privilege), "");
  ASSERT_EQ(ask("insert into price values (900001, 1), (900002, 2); delete from team where id = 900002"), "");
  server.edit("art32.toml", "tenancy = true\n", "tenancy = true\ncanary_teams = [\"900001\", \"900002\"]\n");
  server.start();
  const std::string without = audit();
  EXPECT_THAT(without, StartsWith("verdict error"));
  EXPECT_THAT(without, HasSubstr("the canary team 900002 isn't seen in public.team: 0 rows"));
  ASSERT_EQ(ask("insert into team values (900002, 'canary')"), "");
  const std::string seen = audit();
  EXPECT_THAT(seen, StartsWith("verdict pass")) << seen;
  EXPECT_THAT(seen, Not(HasSubstr("whether rows of others are seen: ")));
  EXPECT_EQ(ask("select count(*) from price"), "4");
}

// A leak isn't hidden by a table that can't be tried, and what can't is said once.
TEST_P(Separation, shows_a_leak_beside_a_table_that_it_cannot_try) {
  ASSERT_EQ(ask("revoke delete on preference from app"), "");
  server.start();
  const std::string untried = audit();
  EXPECT_THAT(untried, StartsWith("verdict error"));
  EXPECT_THAT(untried, HasSubstr("public.preference: the application may not delete there"));
  EXPECT_THAT(untried, Not(HasSubstr("own row isn't found")));
  ASSERT_EQ(ask("drop policy team on bill_line"), "");
  EXPECT_THAT(audit(), StartsWith("verdict fail"));
}

INSTANTIATE_TEST_SUITE_P(Both, Separation, testing::Values(Functions::extension, Functions::plain),
                         [](const auto& chosen) {
                           return chosen.param == Functions::extension ? "extension" : "plain";
                         });

}  // namespace
}  // namespace art32::test
