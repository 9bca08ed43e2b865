// A server connection whose entry the database refused goes: its client is told, and nobody else
// gets it. With the extension; the functions in plain SQL have no error for a refusal.
#include "base/text.h"
#include "tenancy/entry.h"
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using gateway::Counters;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* used_before = "28000 art32: the entry was used before";
constexpr const char* process_sql = "select pg_backend_pid()";

class RefusedEntries : public Tenants {
 protected:
  // The session believes a number that the gateway's own entries won't come to.
  void use_up_numbers(RawClient& client) {
    const auto session = base::from_hex(client.ask("select encode(art32.session(), 'hex')").row());
    ASSERT_TRUE(session.has_value());
    const base::Bytes entry =
        tenancy::make_entry(claim_of("1"), *session, 1'000'000,
                            base::SystemClock().now() + std::chrono::seconds(30), database().keys());
    const Answers entered = client.ask("select art32.enter('\\x" + base::hex(entry) + "')");
    EXPECT_THAT(entered.errors, IsEmpty());
  }
  // A server connection, the only one, in which the next entry is refused: its process.
  std::string spoiled() {
    const auto client = this->client();
    client->ask(set("1"));
    const std::string process = client->ask(process_sql).row();
    use_up_numbers(*client);
    EXPECT_EQ(count(&Counters::server_logins), 1U);
    return process;
  }
  void expect_gone(const std::string& process) {
    const std::string sql = "select count(*) from pg_stat_activity where pid = " + process;
    for (int i = 0; i < 200 && database().admin(sql) != "0"; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(database().admin(sql), "0");
  }
};

TEST_P(RefusedEntries, end_their_connection_once_the_client_was_told) {
  start();
  const std::string process = spoiled();
  const auto client = this->client();
  client->ask(set("2"));
  const Answers refused = client->ask(teams_sql);
  EXPECT_EQ(refused.types, "EZI");
  EXPECT_THAT(refused.errors, ElementsAre(StartsWith(used_before)));
  expect_gone(process);
  EXPECT_EQ(seen(*client), "2 2");
  EXPECT_NE(client->ask(process_sql).row(), process);
  EXPECT_EQ(count(&Counters::server_logins), 2U);
}

TEST_P(RefusedEntries, fail_no_batch_that_is_pipelined_behind) {
  start();
  const std::string process = spoiled();
  const auto client = this->client();
  client->ask(set("2"));
  const Answers answers = said(client->run(teams_sql).sync().run(teams_sql).sync(), 2);
  EXPECT_THAT(answers.errors, ElementsAre(StartsWith(used_before)));
  EXPECT_THAT(answers.rows, ElementsAre("2", "2"));
  expect_gone(process);
  EXPECT_EQ(count(&Counters::server_logins), 2U);
}

// What has to be the first of its transaction is waited for, and the session ends.
TEST_P(RefusedEntries, before_what_must_go_alone_end_their_connection_too) {
  for (const std::string sql : {"vacuum invoice", "begin"}) {
    start();
    const std::string process = spoiled();
    const auto client = this->client();
    client->ask(set("2"));
    client->query(sql).go();
    EXPECT_THAT(client->rest().errors, ElementsAre(StartsWith(used_before))) << sql;
    expect_gone(process);
    const auto next = this->client();
    next->ask(set("2"));
    EXPECT_EQ(seen(*next), "2 2");
    EXPECT_EQ(count(&Counters::server_logins), 2U);
  }
}

TEST_P(RefusedEntries, in_a_transaction_end_their_connection_behind_it) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("begin");
  const std::string process = client->ask(process_sql).row();
  client->ask("insert into invoice (note) values ('x')");
  EXPECT_THAT(client->ask("SET art32.claim = '" + token("1", "max") + "'").errors,
              ElementsAre(StartsWith("28000 art32: the entry comes after changes")));
  EXPECT_EQ(client->ask("select 1").sqlstate(), "25P02");
  EXPECT_EQ(client->ask("commit").tags, std::vector<std::string>{"ROLLBACK"});
  expect_gone(process);
  EXPECT_EQ(seen(*client), "1 1");
  EXPECT_EQ(count(&Counters::server_logins), 2U);
}

// As long as it is kept it is its client's; nobody comes after.
TEST_P(RefusedEntries, end_a_connection_that_was_kept_with_its_session) {
  for (const char* const database : {"app", "session"}) {
    start();
    const auto keeper = client(database);
    keeper->ask(set("1"));
    keeper->ask("listen x");
    const std::string process = keeper->ask(process_sql).row();
    use_up_numbers(*keeper);
    EXPECT_EQ(keeper->ask("select art32.enter('\\x')").sqlstate(), "28000") << "so the gateway enters anew";
    keeper->run(process_sql).sync().go();
    const bool goes_on = std::string(database) == "app";  // the other one ends its session by itself
    EXPECT_THAT((goes_on ? keeper->ready(1) : keeper->rest()).errors, ElementsAre(StartsWith(used_before)));
    if (goes_on) {
      EXPECT_THAT(keeper->ask(process_sql).errors, ElementsAre(StartsWith(used_before)));
    }
    keeper->hang_up();
    expect_gone(process);
    const auto next = client(database);
    next->ask(set("2"));
    EXPECT_EQ(seen(*next), "2 2");
  }
}

// A database that believes no entry gets a connection for each attempt of a client, and none besides.
TEST_P(RefusedEntries, by_the_dozen_cost_a_connection_each) {
  start({.with_wrong_keys = true});
  constexpr unsigned clients = 5, rounds = 4;
  std::vector<std::unique_ptr<RawClient>> all;
  for (unsigned i = 0; i < clients; ++i) {
    all.push_back(client());
    all.back()->ask(set("1"));
  }
  for (unsigned round = 0; round < rounds; ++round) {
    for (const auto& client : all)  // at once, for one server connection
      client->query(teams_sql).go();
    for (const auto& client : all)
      EXPECT_THAT(client->ready(1).errors,
                  ElementsAre(StartsWith("28000 art32: the entry has a wrong signature")));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
  EXPECT_LE(count(&Counters::server_logins), clients * rounds + 1);
  EXPECT_GE(count(&Counters::server_logins), clients * rounds);
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

// Only what the gateway itself entered counts: an application may use the same error.
TEST_P(RefusedEntries, are_not_errors_of_the_same_kind_that_are_the_applications) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  const std::string process = client->ask(process_sql).row();
  for (const char* const sql : {"do $$ begin raise invalid_authorization_specification; end $$",
                                "select art32.enter('\\x')", "select art32.enter(null)"}) {
    client->ask("SET art32.claim = '" + token("1", base::hex(base::as_bytes(sql)).substr(0, 8)) + "'");
    EXPECT_EQ(client->ask(sql).sqlstate(), "28000") << sql;
    EXPECT_EQ(client->ask(process_sql).row(), process) << sql;
    EXPECT_EQ(said(client->run(sql).sync()).sqlstate(), "28000") << sql;
    EXPECT_EQ(client->ask(process_sql).row(), process) << sql;
  }
  EXPECT_EQ(seen(*client), "1 1");
  EXPECT_EQ(count(&Counters::server_logins), 1U);
}

INSTANTIATE_TEST_SUITE_P(, RefusedEntries, testing::Values(Functions::extension),
                         [](const auto& tried) { return name(tried.param); });

}  // namespace
}  // namespace art32::test
