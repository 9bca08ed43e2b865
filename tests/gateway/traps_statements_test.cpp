// Protocol traps of prepared statements that outlive their connection.
#include "base/limits.h"
#include "tests/gateway/traps.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using gateway::Counters;
namespace limits = base::limits;

class Prepared : public Traps {};

TEST_P(Prepared, the_unnamed_statement_survives_what_another_client_does_to_the_servers) {
  start({.pool_size = 1});
  const auto first = client();
  const auto second = client();
  first->parse("", "select 'first'").sync().go();
  EXPECT_EQ(first->ready().types, "1ZI");
  EXPECT_EQ(second->ask("select 'a simple query drops it'").types, "TDCZI");
  first->bind("", "").execute().sync().go();
  EXPECT_EQ(first->ready().row(), "first");
  second->run("select 'second'").sync().go();
  second->ready();
  first->bind("", "").execute().sync().go();
  EXPECT_EQ(first->ready().row(), "first");
}

TEST_P(Prepared, the_unnamed_statement_ends_with_a_simple_query) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->parse("", "select 1").sync().query("select 2").bind("", "").sync().go();
    EXPECT_EQ(client->ready(3).sqlstate(), "26000");
  }
}

TEST_P(Prepared, a_name_that_is_taken_is_an_error) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->parse("s", "select 'old'").sync().parse("s", "select 'new'").bind("", "s").execute().sync().go();
    const Answers answers = client->ready(2);
    EXPECT_EQ(answers.types, "1ZIEZI");
    EXPECT_THAT(answers.errors, testing::ElementsAre("42P05 prepared statement \"s\" already exists"));
    client->bind("", "s").execute().sync().go();
    EXPECT_EQ(client->ready().row(), "old");
    client->query("begin").parse("s", "select 'new'").sync().query("select 1").query("rollback").go();
    const Answers failed = client->ready(4);
    EXPECT_EQ(failed.types, "CZTEZEEZECZI");
    client->close('S', "s").parse("s", "select 'new'").bind("", "s").execute().sync().go();
    EXPECT_EQ(client->ready().row(), "new");
  }
}

// The first Parse is answered by the gateway itself: then there is no answer to wait for.
TEST_P(Prepared, a_name_that_is_taken_by_a_statement_that_the_server_had_already) {
  start({.pool_size = 1});
  const auto first = client();
  first->parse("s", "select 1").sync().go();
  EXPECT_EQ(first->ready().types, "1ZI");
  const auto second = client();
  second->parse("s", "select 1").parse("s", "select 2").sync().bind("", "s").execute().sync().go();
  EXPECT_EQ(second->ready(2).types, "1EZI2DCZI");
}

TEST_P(Prepared, an_error_that_skips_a_parse_leaves_the_others_of_the_same_text) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->parse("a", "select 'text'").sync().go();
    EXPECT_EQ(client->ready().types, "1ZI");
    client->run("select 1/0").parse("b", "select 'text'").sync().go();
    EXPECT_EQ(client->ready().sqlstate(), "22012");
    client->bind("", "b").sync().go();
    EXPECT_EQ(client->ready().sqlstate(), "26000");
    client->bind("", "a").execute().sync().go();
    EXPECT_EQ(client->ready().row(), "text");
    client->parse("b", "select 'text'").bind("", "b").execute().sync().go();
    EXPECT_EQ(client->ready().row(), "text");
  }
}

TEST_P(Prepared, deallocate_works_by_the_extended_protocol_too) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    // psycopg 3 does so in pipeline mode.
    client->parse("s", "select 1")
        .parse("t", "select 2")
        .run("deallocate s")
        .bind("", "t")
        .execute()
        .sync()
        .go();
    const Answers one = client->ready();
    EXPECT_EQ(one.types, "1112C2DCZI") << testing::PrintToString(one.errors);
    EXPECT_EQ(one.tags.at(0), "DEALLOCATE");
    client->bind("", "s").sync().run("deallocate s").sync().go();
    EXPECT_EQ(client->ready(2).types, "EZI12EZI");
    client->parse("s", "select 3")
        .run("deallocate all")
        .parse("s", "select 4")
        .bind("", "s")
        .execute()
        .sync()
        .go();
    const Answers all = client->ready();
    EXPECT_EQ(all.types, "112C12DCZI") << testing::PrintToString(all.errors);
    EXPECT_EQ(all.row(), "4");
    client->bind("", "t").sync().go();
    EXPECT_EQ(client->ready().sqlstate(), "26000");
    client->query("deallocate prepare all").bind("", "s").sync().go();
    EXPECT_EQ(client->ready(2).sqlstate(), "26000");
  }
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(Prepared, sqls_own_prepare_and_deallocate) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    EXPECT_EQ(client->ask("prepare mine as select 5").types, "CZI");
    EXPECT_EQ(client->ask("execute mine").row(), "5");
    EXPECT_EQ(client->ask("deallocate mine").types, "CZI");
    EXPECT_EQ(client->ask("execute mine").sqlstate(), "26000");
    EXPECT_EQ(client->ask("deallocate mine").sqlstate(), "26000");
    EXPECT_EQ(client->ask("prepare mine as select 6").types, "CZI");
    EXPECT_EQ(client->ask("deallocate all").types, "CZI");
    EXPECT_EQ(client->ask("execute mine").sqlstate(), "26000");
    EXPECT_EQ(client->ask("discard all").types, "CZI");
  }
}

TEST_P(Prepared, what_one_client_does_to_the_servers_statements_does_not_hurt_the_next) {
  start({.pool_size = 1});
  const auto first = client();
  const auto second = client();
  first->parse("s", "select 'first'").sync().go();
  EXPECT_EQ(first->ready().types, "1ZI");
  for (const char* sql : {"select 1; deallocate all", "do $$ begin execute 'deallocate all'; end $$"}) {
    EXPECT_TRUE(second->ask(sql).types.ends_with("CZI")) << sql;
    first->bind("", "s").execute().sync().go();
    Answers answers = first->ready();
    // What hides within a DO isn't seen before it is missed: then once.
    if (answers.sqlstate() == "26000" && std::string_view(sql).starts_with("do")) {
      first->bind("", "s").execute().sync().go();
      answers = first->ready();
    }
    EXPECT_EQ(answers.row(), "first") << sql << testing::PrintToString(answers.errors);
  }
  second->run("discard all").sync().go();
  EXPECT_EQ(second->ready().types, "12CZI");
  first->bind("", "s").execute().sync().go();
  EXPECT_EQ(first->ready().row(), "first");
}

// "cached plan must not change result type": somebody changed the table behind the gateway.
TEST_P(Prepared, a_cached_plan_invalidated_by_ddl_of_another_session_recovers) {
  trap_postgres().sql(
      "drop table if exists shape; create table shape (a int); insert into shape values (1); "
      "alter table shape owner to app",
      "app");
  start({.pool_size = 2});
  const auto before = client();
  before->parse("s", "select * from shape").bind("", "s").execute().sync().go();
  EXPECT_EQ(before->ready().types, "12DCZI");
  trap_postgres().sql("alter table shape add b text default 'new'", "app");
  before->bind("", "s").execute().sync().go();
  EXPECT_EQ(before->ready().sqlstate(), "0A000") << "as PostgreSQL itself says it";
  // Told once, it goes on; who prepares it now never hears of it.
  before->bind("", "s").execute().sync().go();
  EXPECT_EQ(before->ready().types, "2DCZI");
  const auto after = client();
  after->parse("t", "select * from shape").describe('S', "t").bind("", "t").execute().sync().go();
  EXPECT_EQ(after->ready().types, "1tT2DCZI");
  // DDL through the gateway is seen: whoever prepares behind it has no error at all.
  EXPECT_EQ(after->ask("alter table shape add c int").types, "CZI");
  const auto last = client();
  last->parse("u", "select * from shape").bind("", "u").execute().sync().go();
  EXPECT_EQ(last->ready().types, "12DCZI");
}

// The same text under another search_path is another statement.
TEST_P(Prepared, clients_with_another_search_path_have_plans_of_their_own) {
  for (const std::string name : {"one", "two"})
    trap_postgres().sql("drop schema if exists " + name + " cascade; create schema " + name +
                            "; create table " + name + ".shapes as select '" + name + "'::text as a" +
                            (name == "two" ? ", 2 as b" : "") + "; grant usage on schema " + name +
                            " to app; grant select on " + name + ".shapes to app",
                        "app");
  start({.pool_size = 1});
  const auto one = client({.parameters = {{"search_path", "one"}}});
  const auto two = client();
  EXPECT_EQ(two->ask("set search_path = two").types, "CZI");
  for (RawClient* client : {one.get(), two.get()}) {
    client->parse("s", "select * from shapes").sync().go();
    EXPECT_EQ(client->ready().types, "1ZI");
  }
  for (int turn = 0; turn < 4; ++turn)
    for (RawClient* client : {one.get(), two.get()}) {
      client->bind("", "s").execute().sync().go();
      const Answers answers = client->ready();
      EXPECT_EQ(answers.row(), client == one.get() ? "one" : "two") << testing::PrintToString(answers.errors);
    }
}

TEST_P(Prepared, a_statement_whose_table_is_gone_fails_and_comes_back) {
  trap_postgres().sql(
      "drop table if exists fleeting; create table fleeting (a int); alter table fleeting owner to app",
      "app");
  start({.pool_size = 1});
  const auto client = this->client();
  client->parse("s", "select * from fleeting").sync().go();
  EXPECT_EQ(client->ready().types, "1ZI");
  trap_postgres().sql("drop table fleeting", "app");
  client->bind("", "s").execute().sync().go();
  EXPECT_EQ(client->ready().sqlstate(), "42P01");
  const auto other = this->client();
  other->parse("s", "select * from fleeting").bind("", "s").sync().go();
  EXPECT_EQ(other->ready().sqlstate(), "42P01");
  trap_postgres().sql(
      "create table fleeting (a int); insert into fleeting values (8); "
      "alter table fleeting owner to app",
      "app");
  for (const auto* one : {&client, &other}) {
    if (one == &other) (*one)->close('S', "s").parse("s", "select * from fleeting");
    (*one)->bind("", "s").execute().sync().go();
    const Answers answers = (*one)->ready();
    EXPECT_EQ(answers.row(), "8") << testing::PrintToString(answers.errors);
  }
}

TEST_P(Prepared, memory_of_thousands_of_distinct_statements_is_bounded) {
  start({.pool_size = 1});
  const auto one = client();
  // Closed ones don't count; kept are the latest.
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 500; ++i) {
      const std::string text = "select " + std::to_string(round * 500 + i);
      one->parse("s", text).bind("", "s").execute().close('S', "s");
    }
    one->sync().go();
    EXPECT_EQ(one->ready().rows.size(), 500U);
  }
  EXPECT_LE(prepared_texts(), limits::gateway_statements_kept + 1);
  EXPECT_LE(std::stoul(one->ask("select count(*) from pg_prepared_statements").row()),
            limits::gateway_statements_of_server);
  // The oldest is long gone from the server, and yet it answers.
  one->parse("first", "select 0").bind("", "first").execute().sync().go();
  EXPECT_EQ(one->ready().row(), "0");
}

TEST_P(Prepared, statements_of_many_clients_are_bounded_and_stay_right) {
  start({.pool_size = 2});
  std::vector<std::unique_ptr<RawClient>> clients;
  constexpr int count_each = 100;
  for (int c = 0; c < 12; ++c) {
    clients.push_back(client());
    for (int i = 0; i < count_each; ++i)
      clients.back()->parse("s" + std::to_string(i),
                            "select '" + std::to_string(c) + "." + std::to_string(i) + "'");
    clients.back()->sync().go();
    EXPECT_EQ(clients.back()->ready().types, std::string(count_each, '1') + "ZI");
  }
  for (int i = 0; i < count_each; i += 7) {
    for (std::size_t c = 0; c < clients.size(); ++c) {
      clients[c]->bind("", "s" + std::to_string(i)).execute().sync().go();
    }
    for (std::size_t c = 0; c < clients.size(); ++c)
      EXPECT_EQ(clients[c]->ready().row(), std::to_string(c) + "." + std::to_string(i));
  }
  const std::string most = client()->ask("select count(*) from pg_prepared_statements").row();
  EXPECT_LE(std::stoul(most), limits::gateway_statements_of_server);
}

TEST_P(Prepared, one_client_cannot_fill_the_memory_with_long_statements) {
  start({.pool_size = 1});
  const auto client = this->client();
  const std::string comment(900'000, 'x');
  std::size_t prepared = 0;
  for (; prepared < 200 && !client->is_over(); ++prepared) {
    client->parse("s" + std::to_string(prepared), "select 1 /*" + comment + std::to_string(prepared) + "*/");
    client->sync().go();
    const Answers answers = client->ready();
    if (answers.types == "1ZI") continue;
    EXPECT_EQ(answers.sqlstate(), "53400") << answers.types;
    break;
  }
  EXPECT_LT(prepared, 100U);
  EXPECT_EQ(this->client()->ask("select 'fine'").row(), "fine");
}

ART32_ON_BOTH_BACK_ENDS(Prepared);

}  // namespace
}  // namespace art32::test
