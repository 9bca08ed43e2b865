// art32 tenancy from outside: a database without a policy becomes one in which nothing is found,
// and is what it was again.
#include <gmock/gmock.h>

#include "base/text.h"
#include "net/scratch_postgres.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* shop = R"(
create table team (id bigint primary key, name text not null);
create table invoice (id bigint generated always as identity primary key, team_id bigint not null references team,
                      number text not null);
create table line (id bigint generated always as identity primary key,
                   invoice_id bigint not null references invoice, what text);
create table currency (code text primary key);
create view open_invoice as select * from invoice;
insert into team values (1, 'one'), (2, 'two');
insert into invoice (team_id, number) values (1, 'A-1'), (2, 'B-1');
insert into line (invoice_id, what) values (1, 'paper'), (2, 'ink');
insert into currency values ('EUR');
grant select, insert, update, delete on all tables in schema public to app;
revoke create on schema public from public;
)";

class TenancyCommand : public testing::Test {
 protected:
  TenancyCommand() {
    auto started = net::ScratchPostgres::start({});
    EXPECT_TRUE(started.has_value()) << started.error().message();
    postgres = std::move(*started);
    EXPECT_TRUE(postgres->add_role("app").has_value());
    sql("create database shop", "postgres");
    sql("revoke temporary on database shop from public");
    sql("begin;\n" + server.command({"tenancy", "functions"}).output + "commit;");
    sql(shop);
  }
  void sql(const std::string& text, const std::string& database = "shop") {
    const auto done = postgres->sql(text, database);
    EXPECT_TRUE(done.has_value()) << done.error().message();
  }
  std::string schema() {
    return postgres
        ->sql(
            "select string_agg(format('%s %s %s', c.relname, c.relrowsecurity, c.relforcerowsecurity), ',' "
            "order "
            "by c.relname) || (select count(*) from pg_policy) || (select count(*) from pg_attrdef) || "
            "array_agg(c.relacl::text order by c.relname)::text "
            "from pg_class c where relnamespace = 'public'::regnamespace",
            "shop")
        .value_or("?");
  }
  net::Finished tenancy(std::vector<std::string> words) {
    words.insert(words.begin(), "tenancy");
    words.insert(words.end(), {"--connection", fmt::format("host={} port={} user=postgres dbname=shop",
                                                           postgres->folder().string(), postgres->port())});
    return server.command(words);
  }
  std::string plan_file() { return (server.folder() / "separation.json").string(); }

  RunningServer server;
  std::unique_ptr<net::ScratchPostgres> postgres;
};

TEST_F(TenancyCommand, separates_a_database_so_that_nothing_is_found) {
  const std::string before = schema();
  const net::Finished bare = tenancy({"verify", "--role", "app"});
  EXPECT_NE(bare.exit_code, 0);
  EXPECT_THAT(bare.output, HasSubstr("rls-disabled  public.invoice"));

  const net::Finished undecided = tenancy({"apply", "--role", "app", "--keep", plan_file()});
  EXPECT_NE(undecided.exit_code, 0);
  EXPECT_THAT(undecided.errors, HasSubstr("public.currency"));
  EXPECT_EQ(schema(), before) << "nothing is done before people have decided";
  EXPECT_EQ(tenancy({"plan", "--role", "app", "--check"}).exit_code, 1);

  const net::Finished plan = tenancy({"plan", "--role", "app", "--global", "public.currency"});
  EXPECT_EQ(plan.exit_code, 0) << plan.errors;
  EXPECT_THAT(plan.output, HasSubstr("as restrictive"));
  EXPECT_EQ(schema(), before) << "a plan does nothing";

  const std::vector<std::string> apply{"apply",           "--role", "app",      "--global",
                                       "public.currency", "--keep", plan_file()};
  const net::Finished applied = tenancy(apply);
  EXPECT_EQ(applied.exit_code, 0) << applied.output << applied.errors;
  const net::Finished again = tenancy(apply);
  EXPECT_THAT(again.output, HasSubstr("Nothing is to be done"));
  EXPECT_EQ(tenancy({"plan", "--role", "app", "--global", "public.currency", "--check"}).exit_code, 0);

  // What is left belongs to the database, or to what people have to decide; none of it to the
  // plan's own tables and policies.
  const net::Finished verified =
      tenancy({"verify", "--role", "app", "--json", "--leave-out", "public.currency=the same for all"});
  for (const char* const done : {"rls-", "team-policy", "policy-open", "view-not-invoker", "truncate-granted",
                                 "team-index", "team-column", "table-without-team", "shared-table-writable"})
    EXPECT_THAT(verified.output, Not(HasSubstr(std::string("\"check\": \"") + done))) << verified.output;

  // What it prints to mend the rest does.
  const std::vector<std::string> verify{"verify", "--role", "app", "--leave-out", "public.currency=the same"};
  std::vector<std::string> as_sql = verify;
  as_sql.emplace_back("--sql");
  const std::string mends = tenancy(as_sql).output;
  EXPECT_THAT(mends, HasSubstr("-- "));
  sql(mends);
  EXPECT_EQ(tenancy(verify).output, "Nothing is found that would let a row of one team come to another.\n");

  const net::Finished undone = tenancy({"undo", plan_file()});
  EXPECT_EQ(undone.exit_code, 0) << undone.output << undone.errors;
}

TEST_F(TenancyCommand, takes_a_plan_back_as_if_it_had_never_been) {
  const std::string before = schema();
  const net::Finished applied =
      tenancy({"apply", "--role", "app", "--global", "public.currency", "--keep", plan_file()});
  EXPECT_EQ(applied.exit_code, 0) << applied.output << applied.errors;
  EXPECT_NE(schema(), before);
  const net::Finished undone = tenancy({"undo", plan_file()});
  EXPECT_EQ(undone.exit_code, 0) << undone.output << undone.errors;
  EXPECT_EQ(schema(), before);
}

TEST_F(TenancyCommand, says_how_to_reach_the_database) {
  const net::Finished nowhere =
      server.command({"tenancy", "verify", "--role", "app", "--connection", "host=/nowhere dbname=shop"});
  EXPECT_NE(nowhere.exit_code, 0);
  EXPECT_THAT(nowhere.errors, HasSubstr("--connection"));
  const net::Finished stranger = tenancy({"plan", "--role", "nobody"});
  EXPECT_NE(stranger.exit_code, 0);
  EXPECT_THAT(stranger.errors, HasSubstr("nobody"));
}

TEST_F(TenancyCommand, takes_no_password_where_everybody_could_read_it) {
  for (const std::string connection :
       {"host=127.0.0.1 user=app password=hunter2", "postgresql://app:hunter2@127.0.0.1/shop",
        "postgresql://app@127.0.0.1/shop?password=hunter2", "host=127.0.0.1 sslpassword='hunter2'"})
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"tenancy", "verify", "--role", "app", "--connection", connection},
          {"token", "import", "--members", "select 1, 2, 3, 4", "--connection", connection}}) {
      const net::Finished refused = server.command(command);
      EXPECT_EQ(refused.exit_code, 64) << connection;
      EXPECT_THAT(refused.errors, HasSubstr("PGPASSFILE"));
      EXPECT_THAT(refused.errors, HasSubstr("the connection string has a password"));
      EXPECT_THAT(refused.errors, Not(HasSubstr("hunter2")));
    }
}

TEST_F(TenancyCommand, signs_no_claim_for_a_team_that_was_removed) {
  ASSERT_EQ(server.command({"team", "add", "3"}).exit_code, 0);
  EXPECT_EQ(server.command({"tenancy", "claim", "--team", "3", "--actor", "erika"}).exit_code, 0);
  ASSERT_EQ(server.command({"team", "remove", "3"}).exit_code, 0);
  const net::Finished refused = server.command({"tenancy", "claim", "--team", "3", "--actor", "erika"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_EQ(refused.output, "");
  EXPECT_THAT(refused.errors, HasSubstr("team 3 was removed"));
}

TEST_F(TenancyCommand, signs_claims_and_refuses_what_would_be_none) {
  const net::Finished claim = server.command({"tenancy", "claim", "--team", "42", "--actor", "erika"});
  EXPECT_EQ(claim.exit_code, 0) << claim.errors;
  EXPECT_EQ(std::count(claim.output.begin(), claim.output.end(), '.'), 2) << claim.output;
  for (const auto& [option, value] : {std::pair{"--life", "2h"}, {"--life", "0s"}, {"--kind", "principal"}})
    EXPECT_NE(
        server.command({"tenancy", "claim", "--team", "42", "--actor", "erika", option, value}).exit_code, 0)
        << option << " " << value;
  EXPECT_NE(server.command({"tenancy", "claim", "--team", "a b", "--actor", "erika"}).exit_code, 0);
}

}  // namespace
}  // namespace art32::test
