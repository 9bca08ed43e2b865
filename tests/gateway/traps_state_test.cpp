// Protocol traps of the session's state: what one client leaves, what comes unasked, and what
// a pooled session can't have.
#include "tests/gateway/traps.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using gateway::Counters;

class States : public Traps {
 protected:
  RawClient::Login with(std::vector<std::pair<std::string, std::string>> parameters) const {
    return {.password = trap_postgres().password(), .parameters = std::move(parameters)};
  }
};

TEST_P(States, replaying_read_only_settings) {
  start({.pool_size = 1});
  const auto first = client();
  // Reported at log-in and at changes, but never to be set again.
  EXPECT_EQ(first->ask("set role reader").types, "CZI");
  const auto second = client();
  EXPECT_EQ(second->ask("select current_user").row(), "app");
  EXPECT_EQ(first->ask("select current_user").row(), "reader");
  // Who asks for one at start-up is told so, as PostgreSQL would, and nobody else notices.
  for (const auto& [name, state] :
       {std::pair{"is_superuser", "55P02"}, {"server_version", "55P02"}, {"no_such_setting", "42704"}}) {
    RawClient bad(gateway->port());
    Answers answers = bad.log_in(with({{name, "on"}}));
    if (answers.types.ends_with("ZI")) {
      bad.query("select 'ran'").go();
      answers = bad.rest();
    }
    EXPECT_EQ(answers.types, "E$") << name;
    EXPECT_EQ(answers.sqlstate(), state) << name;
    EXPECT_TRUE(answers.rows.empty());
  }
  EXPECT_EQ(second->ask("select current_user").row(), "app");
  EXPECT_EQ(count(&Counters::poisoned), 0U);
  EXPECT_EQ(count(&Counters::server_logins), 1U);
}

TEST_P(States, a_start_up_setting_with_a_bad_value_runs_nothing) {
  start({.pool_size = 1});
  RawClient bad(gateway->port());
  Answers answers = bad.log_in(with({{"search_path", "public"}, {"datestyle", "nonsense"}}));
  if (answers.types.ends_with("ZI")) {
    bad.run("select 'ran'").sync().go();
    answers = bad.rest();
  }
  EXPECT_EQ(answers.types, "E$");
  EXPECT_EQ(answers.sqlstate(), "22023");
  EXPECT_EQ(client()->ask("show datestyle").row(), "ISO, MDY");
  EXPECT_EQ(client(with({{"datestyle", "german"}}))->ask("select date '2026-11-25'").row(), "25.11.2026");
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(States, settings_of_a_pipeline_with_an_error_behind_them_stay) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->query("set my.own = 'kept'").query("select 1/0").go();
    client->ready(2);
    client->run("set work_mem = '5MB'").sync().run("select 1/0").sync().go();
    client->ready(2);
    client->run("set work_mem = '6MB'").run("select 1/0").sync().go();
    client->ready();
    if (client->is_over()) return;
    // Somebody else has the connection in between.
    EXPECT_EQ(this->client()->ask("select coalesce(current_setting('my.own', true), '')").row(), "");
    EXPECT_EQ(client->ask("show my.own").row(), "kept");
    EXPECT_EQ(client->ask("show work_mem").row(), "5MB");
  }
}

TEST_P(States, no_way_of_setting_something_reaches_the_next_client) {
  start({.pool_size = 1});
  const auto next = client();
  for (const char* sql :
       {"select set_config('x.y', 'left', not true)", "select set_config('x.y', 'left', false = true)",
        "set x.y = 'left'", "set local.x = 'left'", "set transaction.x = 'left'",
        "set constraints.x = 'left'", "set session.x = 'left'",
        "update pg_settings set setting = 'left' where name = 'search_path'",
        "select 1 from set_config('x.y', 'left', false)"}) {
    const auto first = client();
    EXPECT_NE(first->ask(sql).types.find('C'), std::string::npos) << sql;
    first->hang_up();
    EXPECT_EQ(next->ask("select concat(current_setting('x.y', true), current_setting('local.x', true), "
                        "current_setting('transaction.x', true), current_setting('constraints.x', true), "
                        "current_setting('session.x', true), current_setting('search_path'))")
                  .row(),
              "\"$user\", public")
        << sql;
  }
}

// In a database without tenancy, too; and a role's own search_path needs no SET at all.
TEST_P(States, no_way_of_making_a_temporary_table_reaches_the_next_client) {
  start({.pool_size = 1});
  const auto next = client();
  for (const char* sql : {"create temp table item as select 'left' as name",
                          "begin; set local search_path = 'pg_temp'; select 'left' as name into item; commit",
                          "begin; set local search_path = 'pg_temp'; explain analyze create table item as "
                          "select 'left' as name; "
                          "commit",
                          "begin; set local search_path = 'pg_temp'; with x as (select 'left' as name) "
                          "select (name) insert into "
                          "item from x; alter table item rename column insert to name; commit"}) {
    const auto first = client();
    first->ask(sql);
    EXPECT_EQ(first->ask("select name from item where name = 'left'").row(), "left") << sql;
    first->hang_up();
    EXPECT_EQ(next->ask("select count(*) from item where name = 'left'").row(), "0") << sql;
  }
  const auto first = client(with({{"search_path", "pg_temp"}}));
  first->ask("select 'left' as name into item");
  first->hang_up();
  EXPECT_EQ(next->ask("select count(*) from item where name = 'left'").row(), "0");
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(States, nothing_is_left_in_session_mode) {
  start({.pool_size = 1});
  RawClient::Login login = with({});
  login.database = "session";
  const auto first = client(login);
  first->ask("select set_config('x.y', 'left', not true)");
  first->ask("prepare left_over as select 1");
  first->hang_up();
  const auto next = client(login);
  EXPECT_EQ(next->ask("select coalesce(current_setting('x.y', true), '') || count(*) from "
                      "pg_prepared_statements")
                .row(),
            "0");
}

TEST_P(States, a_committed_setting_stays_whatever_is_rolled_back_beside_it) {
  start({.pool_size = 2});
  const std::vector<std::vector<const char*>> ways{
      {"begin", "set x.y = 'kept'", "commit and chain", "rollback"},
      {"begin; select 1; rollback; set x.y = 'kept'"},
      {"set x.y = 'kept'; commit; select 1/0"},
      {"begin", "set x.y = 'kept'", "commit"},
  };
  for (const auto& way : ways) {
    const auto one = client();
    for (const char* sql : way)
      one->ask(sql);
    const auto other = client();
    other->ask("select 1");
    EXPECT_EQ(one->ask("select current_setting('x.y', true)").row(), "kept") << way.back();
    EXPECT_NE(other->ask("select coalesce(current_setting('x.y', true), '')").row(), "kept");
  }
  const auto undone = client();
  undone->ask("begin; set x.y = 'undone'; rollback");
  EXPECT_EQ(undone->ask("select coalesce(current_setting('x.y', true), '')").row(), "");
}

TEST_P(States, a_setting_with_a_backslash_means_the_same_later) {
  start({.pool_size = 2});
  const auto one = client();
  one->ask("set standard_conforming_strings = off");
  one->ask("set x.y = 'a\\'b'");
  const auto other = client();
  other->ask("begin");
  EXPECT_EQ(one->ask("select current_setting('x.y')").row(), "a'b");
}

TEST_P(States, an_escape_within_a_character_of_two_octets_hides_nothing) {
  start({.pool_size = 1});
  const auto first = client(with({{"client_encoding", "SJIS"}}));
  first->ask("select E'\x95\x5c', set_config('x.y', 'left', false) -- '");
  first->hang_up();
  const auto next = client(with({{"client_encoding", "SJIS"}}));
  EXPECT_EQ(next->ask("select coalesce(current_setting('x.y', true), '')").row(), "");
}

TEST_P(States, asynchronous_notice_and_parameter_status) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned) {
    const auto unasked = [&](std::string_view where) {
      connection.send_message('N', "SNOTICE" + std::string(1, '\0') + "C00000" + std::string(1, '\0') + "M" +
                                       std::string(where) + std::string(2, '\0'));
      connection.parameter("TimeZone", where);
    };
    while (connection.read_to('Q')) {
      unasked("before");
      connection.row_description();
      unasked("between");
      connection.row("x");
      connection.command_complete("SELECT 1");
      connection.ready('T');
      unasked("in the transaction");
      if (!connection.read_to('Q')) return;
      connection.command_complete("COMMIT");
      connection.ready();
      unasked("idle");
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  for (int i = 0; i < 3; ++i) {
    const auto client = scripted_client();
    client->query("select").go();
    const Answers answers = client->ready();
    EXPECT_EQ(answers.types, "TDCZT");
    EXPECT_THAT(answers.notices, testing::ElementsAre("before", "between"));
    const auto notice = client->read();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->type, 'N');
    const Answers end = client->ask("commit");
    EXPECT_EQ(end.types, "CZI");
    EXPECT_EQ(end.parameters.at("TimeZone"), "in the transaction");
  }
  EXPECT_EQ(count(&Counters::poisoned), 0U);
  EXPECT_EQ(server.connections(), 1U);
}

// A message that began while the connection was idle ends when a client has it already.
TEST_P(States, an_asynchronous_notice_cut_in_two_is_nobodys) {
  std::atomic<bool> may_speak{false}, has_spoken{false};
  ScriptedServer server([&](ScriptedConnection& connection, unsigned) {
    if (!connection.read_to('Q')) return;
    connection.answer("first");
    while (!may_speak)
      std::this_thread::sleep_for(1ms);
    const std::string text = std::string("SNOTICE\0C00000\0Mfor nobody\0", 27) + std::string(1, '\0');
    std::string notice("N\0\0\0", 4);
    notice += static_cast<char>(4 + text.size()) + text;
    connection.send(std::string_view(notice).substr(0, 14));
    has_spoken = true;
    if (!connection.read_to('Q')) return;
    connection.send(std::string_view(notice).substr(14));
    connection.answer("second");
    connection.drain();
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto first = scripted_client();
  EXPECT_EQ(first->ask("select").row(), "first");
  may_speak = true;
  while (!has_spoken)
    std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(300ms);  // the half has come by then, or the test sees nothing
  const auto second = scripted_client();
  const Answers answers = second->ask("select");
  EXPECT_EQ(answers.types, "TDCZI");
  EXPECT_EQ(answers.row(), "second");
  EXPECT_THAT(answers.notices, testing::IsEmpty());
}

TEST_P(States, a_notification_for_the_last_client_does_not_reach_the_next) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned) {
    const auto notification = [&] {
      connection.send_message('A', std::string("\0\0\0\1secret\0for the first\0", 25));
    };
    if (!connection.read_to('Q')) return;
    connection.command_complete("LISTEN");
    connection.ready();
    notification();
    while (connection.read_to('Q')) {  // the reset of what the listener left
      notification();
      connection.command_complete("RESET");
      connection.ready();
      if (!connection.read_to('Q')) return;
      if (connection.read_to('Q')) connection.answer("fine");
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  auto first = scripted_client();
  EXPECT_EQ(first->ask("listen secret").types, "CZI");
  EXPECT_EQ(first->read()->type, 'A');
  first->hang_up();
  const auto second = scripted_client();
  second->query("select").go();
  const Answers answers = second->until('Z', 1, 1'000ms);
  EXPECT_THAT(answers.channels, testing::IsEmpty());
}

TEST_P(States, listen_is_pinned_and_gets_what_it_asked_for) {
  start({.pool_size = 2});
  const auto listener = client();
  const Answers listening = listener->ask("listen news");
  ASSERT_EQ(listening.notices.size(), 1U);
  const auto speaker = client();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(speaker->ask("notify news, 'here'").types, "CZI");
    EXPECT_THAT(listener->until('A').channels, testing::ElementsAre("news"));
  }
  // Given back by DISCARD ALL: nobody hears anything any more.
  EXPECT_EQ(listener->ask("discard all").types, "CZI");
  speaker->ask("notify news");
  EXPECT_EQ(listener->read(200ms), std::nullopt);
}

TEST_P(States, lastval_of_another_client) {
  start({.pool_size = 1});
  const auto first = client();
  const auto second = client();
  for (const bool simple : {true, false}) {
    EXPECT_EQ(first->ask("insert into item (name) values ('first') returning id").types, "TDCZI");
    const auto ask = [&](RawClient& client, std::string_view sql) {
      if (simple) return client.ask(sql);
      client.run(sql).sync().go();
      return client.ready();
    };
    // The guard is an error of the statement: the session goes on.
    const Answers guarded = ask(*second, "select lastval()");
    EXPECT_EQ(guarded.sqlstate(), "0A000") << guarded.types;
    EXPECT_TRUE(guarded.types.ends_with("EZI")) << guarded.types;
    EXPECT_EQ(second->ask("select 'goes on'").row(), "goes on");
    second->query("begin").query("insert into item (name) values ('second')").query("select lastval() > 0");
    second->query("rollback").go();
    EXPECT_THAT(second->ready(4).rows, testing::ElementsAre("t"));
  }
}

TEST_P(States, statement_mode_refuses_transactions_and_runs_the_rest) {
  start({.pool_size = 1});
  RawClient::Login login;
  login.database = "statement";
  const auto client = this->client(login);
  EXPECT_EQ(client->ask("select 1; select 2").types, "TDCTDCZI");
  client->run("select 3").sync().go();
  EXPECT_EQ(client->ready().row(), "3");
  client->query("begin").query("select 4").go();
  const Answers answers = client->rest();
  EXPECT_EQ(answers.sqlstate(), "0A000") << answers.types;
  EXPECT_TRUE(answers.types.ends_with("E$")) << answers.types;
  EXPECT_EQ(this->client(login)->ask("select 'next'").row(), "next");
}

TEST_P(States, a_long_text_that_prepares_leaves_nothing) {
  start({.pool_size = 1});
  const auto first = client();
  const std::string blanks(300'000, ' ');
  EXPECT_EQ(first->ask("prepare long_one as select 1;" + blanks).types, "CZI");
  first->hang_up();
  EXPECT_EQ(client()->ask("select count(*) from pg_prepared_statements where name = 'long_one'").row(), "0");
}

ART32_ON_BOTH_BACK_ENDS(States);

}  // namespace
}  // namespace art32::test
