// Protocol traps of pipelines: whose answer is whose, and when a connection is free again.
#include "pgwire/backend.h"
#include "tests/gateway/traps.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using gateway::Counters;

class Pipelines : public Traps {
 protected:
  void wait_until_poisoned() const {
    for (int i = 0; i < 3'000 && count(&Counters::poisoned) == 0; ++i)
      std::this_thread::sleep_for(10ms);
  }
};

TEST_P(Pipelines, wrong_clients_rows_after_a_pipeline_split_by_a_checkout_timeout) {
  start({.pool_size = 1, .wait = 3s});
  const auto holder = client();
  EXPECT_EQ(holder->ask("begin").types, "CZT");
  const auto late = client();
  late->run("select 'late 1'").sync().run("select 'late 2'").sync().bind("", "").go();
  const Answers refused = late->rest();
  EXPECT_EQ(refused.types, "E$");
  EXPECT_EQ(refused.sqlstate(), "53300");
  EXPECT_EQ(holder->ask("commit").types, "CZI");
  const auto next = client();
  for (int i = 0; i < 3; ++i) {
    next->run("select 'next'").sync().go();
    const Answers answers = next->ready();
    EXPECT_EQ(answers.types, "12DCZI");
    EXPECT_EQ(answers.row(), "next");
  }
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

// The same trap, the timeout hitting a client in the middle of a message.
TEST_P(Pipelines, wrong_clients_rows_after_half_a_message_and_a_checkout_timeout) {
  start({.pool_size = 1, .wait = 3s});
  const auto holder = client();
  holder->ask("begin");
  const auto late = client();
  late->query("select 'late'").octets(std::string("Q\0\0\1\0select 'half", 17)).go();
  EXPECT_EQ(late->rest().sqlstate(), "53300");
  EXPECT_EQ(holder->ask("select 'mine'").row(), "mine");
  holder->ask("commit");
  EXPECT_EQ(client()->ask("select 'next'").row(), "next");
}

TEST_P(Pipelines, results_off_by_one) {
  start({.pool_size = 1});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 4; ++i)
    clients.push_back(client());
  for (int round = 0; round < 20; ++round) {
    // Simple and extended ones, errors and statements without rows, all without waiting.
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const std::string mark = std::to_string(i) + "." + std::to_string(round);
      clients[i]->run("select '" + mark + "a'").sync();
      clients[i]->query("select '" + mark + "b'; select '" + mark + "c'");
      clients[i]->run("select 1/0").run("select 'skipped'").sync();
      clients[i]->query("").run("").sync().query("select 1/0");
      clients[i]->run("select '" + mark + "d'").sync().go();
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const std::string mark = std::to_string(i) + "." + std::to_string(round);
      const Answers answers = clients[i]->ready(7);
      EXPECT_EQ(answers.types, "12DCZITDCTDCZI1EZIIZI12IZIEZI12DCZI");
      EXPECT_THAT(answers.rows, testing::ElementsAre(mark + "a", mark + "b", mark + "c", mark + "d"));
    }
  }
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(Pipelines, results_off_by_one_where_the_server_answers_once_too_often) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to('Q')) {
      connection.answer("connection " + std::to_string(number));
      if (number == 0) connection.answer("once more");
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto first = scripted_client();
  EXPECT_EQ(first->ask("select").row(), "connection 0");
  // The extra answer belongs to nobody: its connection is closed, and its rows reach no one.
  wait_until_poisoned();
  EXPECT_THAT(first->rest(200ms).rows, testing::IsEmpty());
  const auto second = scripted_client();
  EXPECT_EQ(second->ask("select").row(), "connection 1");
  EXPECT_EQ(count(&Counters::poisoned), 1U);
}

TEST_P(Pipelines, results_off_by_one_where_the_server_reports_an_error_that_nothing_caused) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to('Q')) {
      connection.answer("connection " + std::to_string(number));
      if (number == 0) connection.error("ERROR", "XX000", "nobody asked");
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto first = scripted_client();
  EXPECT_EQ(first->ask("select").row(), "connection 0");
  wait_until_poisoned();
  const Answers rest = first->rest(200ms);
  EXPECT_THAT(rest.errors, testing::Not(testing::Contains(testing::HasSubstr("nobody asked"))));
  EXPECT_EQ(scripted_client()->ask("select").row(), "connection 1");
  EXPECT_EQ(count(&Counters::poisoned), 1U);
}

TEST_P(Pipelines, ready_for_query_before_sync) {
  start({.pool_size = 1});
  const auto client = this->client();
  client->run("select 'x'").flush().go();
  EXPECT_EQ(client->until('C').types, "12DC");
  EXPECT_EQ(client->read(200ms), std::nullopt) << "ReadyForQuery before Sync";
  client->sync().go();
  EXPECT_EQ(client->ready().types, "ZI");
}

TEST_P(Pipelines, ready_for_query_before_sync_from_the_server_closes_the_connection) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to(number == 0 ? 'P' : 'Q')) {
      if (number > 0) {
        connection.answer("connection " + std::to_string(number));
        continue;
      }
      connection.send_message('1');
      connection.ready();
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto first = scripted_client();
  first->parse("", "select").go();
  const Answers answers = first->rest();
  EXPECT_EQ(answers.types, "1E$");
  EXPECT_EQ(answers.sqlstate(), "08006");
  EXPECT_EQ(scripted_client()->ask("select").row(), "connection 1");
  EXPECT_EQ(count(&Counters::poisoned), 1U);
}

TEST_P(Pipelines, an_out_of_sync_connection_is_not_returned_to_the_pool) {
  ScriptedServer server([](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to('Q')) {
      connection.row_description();
      connection.row("of connection " + std::to_string(number));
      if (number == 0) {
        connection.drain();  // the rest would come after its client has gone
        continue;
      }
      connection.command_complete("SELECT 1");
      connection.ready();
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  auto first = scripted_client();
  first->query("select").go();
  EXPECT_EQ(first->until('D').types, "TD");
  first->hang_up();
  EXPECT_EQ(scripted_client()->ask("select").row(), "of connection 1");
}

TEST_P(Pipelines, an_out_of_sync_connection_that_speaks_while_idle_is_not_lent) {
  std::atomic<bool> may_speak{false};
  ScriptedServer server([&](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to('Q')) {
      connection.answer("connection " + std::to_string(number));
      if (number > 0) continue;
      while (!may_speak)
        std::this_thread::sleep_for(1ms);
      connection.row("of nobody");
      connection.drain();
      return;
    }
  });
  start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto client = scripted_client();
  EXPECT_EQ(client->ask("select").row(), "connection 0");
  may_speak = true;
  wait_until_poisoned();
  EXPECT_EQ(count(&Counters::poisoned), 1U);
  EXPECT_EQ(client->ask("select").row(), "connection 1");
}

TEST_P(Pipelines, parse_describe_flush_without_sync) {
  start({.pool_size = 1});
  const auto first = client();
  first->parse("s", "select $1::text").describe('S', "s").flush().go();
  EXPECT_EQ(first->until('T').types, "1tT");
  // The connection is in the middle of a batch: nobody else may have it.
  const auto second = client();
  second->query("select 'second'").go();
  EXPECT_EQ(second->read(200ms), std::nullopt);
  first->bind("", "s", {"x"}).describe('P', "").execute().flush().go();
  EXPECT_EQ(first->until('C').types, "2TDC");
  first->sync().go();
  EXPECT_EQ(first->ready().types, "ZI");
  EXPECT_EQ(second->ready().row(), "second");
}

// A Parse that the gateway answers itself, since its server has the statement already.
TEST_P(Pipelines, parse_and_flush_without_sync_of_a_statement_that_is_there) {
  start({.pool_size = 1});
  const auto first = client();
  first->parse("s", "select 1").sync().go();
  EXPECT_EQ(first->ready().types, "1ZI");
  const auto second = client();
  second->parse("t", "select 1").flush().go();
  EXPECT_EQ(second->until('1').types, "1");
  second->parse("u", "select 1").describe('S', "u").close('S', "t").flush().go();
  EXPECT_EQ(second->until('3').types, "1tT3");
  second->sync().go();
  EXPECT_EQ(second->ready().types, "ZI");
}

TEST_P(Pipelines, a_query_behind_a_batch_without_sync) {
  start({.pool_size = 1});
  const auto client = this->client();
  client->parse("s", "select 5").bind("", "s").execute().query("deallocate s").query("select 6").go();
  const Answers answers = client->ready(2);
  EXPECT_EQ(answers.types, "12DCCZITDCZI");
  EXPECT_THAT(answers.tags, testing::ElementsAre("SELECT 1", "DEALLOCATE", "SELECT 1"));
}

TEST_P(Pipelines, close_after_a_failed_parse) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->parse("s", "not sql").close('S', "s").sync().go();
    EXPECT_EQ(client->ready().types, "EZI");
    client->close('S', "s").sync().go();
    EXPECT_EQ(client->ready().types, "3ZI");
    client->parse("s", "not sql").sync().close('S', "s").parse("s", "select 'good'").bind("", "s").execute();
    client->sync().go();
    const Answers answers = client->ready(2);
    EXPECT_EQ(answers.types, "EZI312DCZI");
    EXPECT_EQ(answers.row(), "good");
  }
}

TEST_P(Pipelines, function_call_does_not_hang) {
  start({.pool_size = 1});
  // int4pl(2, 3), in binary; then a function that doesn't exist.
  const auto call = [](std::uint32_t function) {
    base::Bytes arguments;
    for (const std::uint32_t value : {2U, 3U}) {
      base::put_u32(arguments, 4);
      base::put_u32(arguments, value);
    }
    base::Bytes body;
    base::put_u32(body, function);
    for (const std::uint16_t value : std::initializer_list<std::uint16_t>{1, 1, 2})
      base::put_u16(body, value);
    base::append(body, arguments);
    base::put_u16(body, 1);
    base::Bytes message = {'F'};
    base::put_u32(message, static_cast<std::uint32_t>(body.size() + 4));
    base::append(message, body);
    return message;
  };
  const auto client = this->client();
  client->octets(call(177)).query("select 'behind'").octets(call(9'999'999)).octets(call(177)).go();
  const Answers answers = client->ready(4);
  EXPECT_EQ(answers.types, "VZITDCZIEZIVZI");
  ASSERT_NE(answers.find('V'), nullptr);
  EXPECT_EQ(base::get_u32(base::ByteView(answers.find('V')->body).subspan(4)), 5U);
  EXPECT_EQ(this->client()->ask("select 'next'").row(), "next");
}

TEST_P(Pipelines, portal_suspension) {
  start({.pool_size = 1});
  const auto first = client();
  first->parse("", "select i from generate_series(1, 5) i").bind("p", "").execute("p", 2).flush().go();
  EXPECT_EQ(first->until('s').types, "12DDs");
  const auto second = client();
  second->query("select 'second'").go();
  EXPECT_EQ(second->read(200ms), std::nullopt) << "a suspended portal keeps its connection";
  first->execute("p", 2).execute("p", 2).execute("p", 0).close('P', "p").sync().go();
  const Answers answers = first->ready();
  EXPECT_EQ(answers.types, "DDsDCC3ZI");
  EXPECT_EQ(second->ready().row(), "second");
  // Within a transaction it outlives the Sync, without one it doesn't.
  first->query("begin").run("select 1").sync().go();
  first->ready(2);
  first->parse("", "select i from generate_series(1, 3) i").bind("q", "").execute("q", 1).sync().go();
  EXPECT_EQ(first->ready().types, "12DsZT");
  first->execute("q", 0).sync().query("commit").execute("q", 0).sync().go();
  const Answers later = first->ready(3);
  EXPECT_EQ(later.types, "DDCZTCZIEZI");
  EXPECT_EQ(later.sqlstate(), "34000");
}

ART32_ON_BOTH_BACK_ENDS(Pipelines);

}  // namespace
}  // namespace art32::test
