// Protocol traps of COPY: its failure states, in every order of who fails first.
#include "tests/gateway/traps.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using gateway::Counters;

class Copies : public Traps {
 protected:
  void SetUp() override {
    trap_postgres().sql(
        "drop table if exists copied; create table copied (a int); "
        "alter table copied owner to app",
        "app");
  }
  // Another client gets an answer of its own from the only server connection.
  void expect_next_is_fine() {
    EXPECT_EQ(client()->ask("select 'next'").row(), "next");
    EXPECT_EQ(count(&Counters::poisoned), 0U);
  }
  static std::string rows_there() { return trap_postgres().sql("select count(*) from copied", "app"); }
};

TEST_P(Copies, copy_failure_states_of_a_simple_query) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    EXPECT_EQ((client->query("copy copied from stdin").go(), client->until('G').types), "G");
    client->copy_data("1\n").copy_fail("changed my mind").go();
    const Answers given_up = client->ready();
    EXPECT_EQ(given_up.types, "EZI");
    EXPECT_EQ(given_up.sqlstate(), "57014");

    client->query("copy copied from stdin").copy_data("1\n2\nnot a number\n").go();
    // The server gives up while the client still sends: all of that is passed over.
    for (int i = 0; i < 50; ++i)
      client->copy_data("3\n").go();
    client->copy_done().query("select 'behind'").go();
    const Answers failed = client->ready(2);
    EXPECT_EQ(failed.types, "GEZITDCZI");
    EXPECT_EQ(failed.sqlstate(), "22P02");
    EXPECT_EQ(failed.row(), "behind");
  }
  EXPECT_EQ(rows_there(), "0");
  expect_next_is_fine();
}

TEST_P(Copies, copy_failure_states_of_the_extended_protocol) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    // libpq sends its Sync at once: the server ignores it, another ends the batch.
    client->run("copy copied from stdin").sync().copy_data("1\n").copy_done().sync().go();
    EXPECT_EQ(client->ready().types, "12GCZI");
    client->run("copy copied from stdin").copy_data("1\n").copy_fail("no").sync().go();
    EXPECT_EQ(client->ready().types, "12GEZI");
    client->run("copy copied from stdin")
        .copy_data("x\n")
        .copy_data("1\n")
        .copy_done()
        .sync()
        .run("select 4");
    client->sync().go();
    const Answers failed = client->ready(2);
    EXPECT_EQ(failed.types, "12GEZI12DCZI");
    EXPECT_EQ(failed.sqlstate(), "22P02");
    client->run("copy nowhere from stdin").copy_data("1\n").copy_done().sync().go();
    EXPECT_EQ(client->ready().sqlstate(), "42P01");
    EXPECT_EQ(client->ask("truncate copied").types, "CZI");
  }
  expect_next_is_fine();
}

// PostgreSQL loses its place in the stream then, and ends the connection.
TEST_P(Copies, copy_failure_state_of_a_query_within_copy_in) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->query("copy copied from stdin").query("select 'in the middle'").go();
    const Answers answers = client->rest();
    EXPECT_TRUE(answers.types.starts_with("GE") && answers.types.ends_with("E$")) << answers.types;
    EXPECT_EQ(answers.errors.at(0).substr(0, 5), "08P01");
    EXPECT_TRUE(answers.rows.empty());
  }
  expect_next_is_fine();
}

TEST_P(Copies, a_client_that_vanishes_within_copy_in) {
  start({.pool_size = 1});
  const auto client = this->client();
  client->query("copy copied from stdin").copy_data("1\n").go();
  EXPECT_EQ(client->until('G').types, "G");
  client->octets(std::string("d\0\1\0\0half a message", 19)).go();
  client->hang_up();
  expect_next_is_fine();
  EXPECT_EQ(rows_there(), "0");
}

TEST_P(Copies, a_client_that_vanishes_within_copy_out) {
  start({.pool_size = 1});
  const auto client = this->client();
  client->query("copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout").go();
  EXPECT_EQ(client->until('d', 3).types, "Hddd");
  client->hang_up();
  expect_next_is_fine();
}

TEST_P(Copies, copy_out_that_fails_in_the_middle) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->query("copy (select 1 / (3 - i) from generate_series(1, 5) i) to stdout")
        .query("select 'on'")
        .go();
    const Answers answers = client->ready(2);
    EXPECT_EQ(answers.types, "HddEZITDCZI");
    EXPECT_EQ(answers.sqlstate(), "22012");
    client->run("copy (select 1 / (3 - i) from generate_series(1, 5) i) to stdout").sync().go();
    EXPECT_EQ(client->ready().types, "12HddEZI");
    client->run("copy (select 7) to stdout").sync().go();
    EXPECT_EQ(client->ready().types, "12HdcCZI");
  }
  expect_next_is_fine();
}

TEST_P(Copies, copy_data_without_a_copy_is_passed_over) {
  start({.pool_size = 1});
  for (const auto& client : {this->client(), direct_client()}) {
    client->copy_data("1\n").copy_done().copy_fail("no").query("select 'there'").copy_data("2\n").go();
    EXPECT_EQ(client->ready().row(), "there");
    client->copy_done()
        .query("begin")
        .copy_data("3\n")
        .copy_done()
        .query("select 'still'")
        .query("commit")
        .go();
    EXPECT_EQ(client->ready(3).row(), "still");
  }
  expect_next_is_fine();
}

TEST_P(Copies, a_transaction_with_copies_both_ways_is_one_transaction) {
  start({.pool_size = 1});
  const auto client = this->client();
  client->query("begin").query("copy copied from stdin").copy_data("1\n2\n").copy_done();
  client->query("copy copied to stdout").query("savepoint s").query("copy copied from stdin").copy_fail("no");
  client->query("rollback to s")
      .query("copy copied from stdin")
      .copy_data("3\n")
      .copy_done()
      .query("commit")
      .go();
  const Answers answers = client->ready(8);
  EXPECT_EQ(answers.types, "CZTGCZTHddcCZTCZTGEZECZTGCZTCZI");
  EXPECT_EQ(rows_there(), "3");
}

TEST_P(Copies, copy_both_has_no_place_outside_of_replication) {
  start(GatewayChoice{});
  RawClient replication(gateway->port());
  const Answers refused = replication.log_in(
      {.password = trap_postgres().password(), .parameters = {{"replication", "database"}}});
  EXPECT_EQ(refused.sqlstate(), "42501") << refused.types;
  gateway.reset();
  ScriptedServer server([](ScriptedConnection& connection, unsigned number) {
    while (connection.read_to('Q'))
      if (number == 0)
        connection.send_message('W', std::string_view("\0\0\0", 3));
      else
        connection.answer("fine");
  });
  Traps::start(server.settings({.backend = GetParam(), .pool_size = 1}));
  const auto client = scripted_client();
  client->query("start_replication").go();
  const Answers answers = client->rest();
  EXPECT_EQ(answers.types, "E$");
  EXPECT_EQ(answers.sqlstate(), "08006");
  EXPECT_EQ(scripted_client()->ask("select").row(), "fine");
  EXPECT_EQ(count(&Counters::poisoned), 1U);
}

ART32_ON_BOTH_BACK_ENDS(Copies);

}  // namespace
}  // namespace art32::test
