// Claims in every order that the protocol allows: by the extended protocol, in batches and
// pipelines, behind errors, in sessions that keep their server connection.
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr const char* nobody = "42501 this session acts for no team";

class ProtocolClaims : public Tenants {};

TEST_P(ProtocolClaims, come_by_the_extended_protocol_too) {
  start();
  const auto client = this->client();
  const Answers alone =
      said(client->parse("c", set("1")).describe('S', "c").bind("", "c").describe('P', "").execute().sync());
  EXPECT_EQ(alone.types, "1tn2nCZI");
  EXPECT_EQ(alone.tags, std::vector<std::string>{"SET"});
  EXPECT_EQ(seen(*client), "1 1");
  // In one batch with what it is for.
  const Answers batch = said(client->run(set("2")).run(teams_sql).sync());
  EXPECT_EQ(batch.rows, (std::vector<std::string>{"2", "2"}));
  // Within a transaction, and from a prepared statement that was there before.
  client->ask("RESET art32.claim");
  const Answers block =
      said(client->run("begin").bind("", "c").execute().run(teams_sql).run("commit").sync());
  EXPECT_EQ(seen(block), "1 1") << block.types;
  EXPECT_EQ(seen(*client), "1 1");
  EXPECT_EQ(said(client->close('S', "c").sync()).types, "3ZI");
  EXPECT_EQ(said(client->bind("", "c").sync()).sqlstate(), "26000");
}

TEST_P(ProtocolClaims, pipelined_with_their_queries_count_for_those_behind_them) {
  start();
  const auto client = this->client();
  const Answers answers = said(client->query(set("1"))
                                   .query(teams_sql)
                                   .query("begin")
                                   .query("commit")
                                   .query(set("2"))
                                   .query(teams_sql)
                                   .query("begin")
                                   .query("RESET art32.claim")
                                   .query("rollback")
                                   .query(teams_sql),
                               10);
  EXPECT_EQ(answers.rows, (std::vector<std::string>{"1", "1", "2", "2"}));
  EXPECT_THAT(answers.errors, testing::ElementsAre(StartsWith("25001"), StartsWith("42501")))
      << "the RESET came too late, and still leaves nobody";
}

// The entry may go with what fails, and what is behind it was sent already.
TEST_P(ProtocolClaims, hold_for_what_is_pipelined_behind_an_error) {
  start();
  const auto one = client(), two = client();
  one->ask(set("1"));
  two->ask(set("2"));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(seen(*one), "1 1");
    EXPECT_EQ(said(two->query("select 1/0").query(teams_sql), 2).rows, (std::vector<std::string>{"2", "2"}));
    EXPECT_EQ(seen(*one), "1 1");
    EXPECT_EQ(said(two->run("select 1/0").sync().run(teams_sql).sync(), 2).rows,
              (std::vector<std::string>{"2", "2"}));
  }
}

TEST_P(ProtocolClaims, that_are_refused_hold_for_nothing_that_is_pipelined_behind) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("listen x");  // the server stays linked
  const Answers answers = said(client->query("SET art32.claim = 'rubbish'").query(teams_sql), 2);
  EXPECT_TRUE(answers.rows.empty()) << testing::PrintToString(answers.rows);
}

// A Close that the gateway answers itself opens no batch that would go without an entry.
TEST_P(ProtocolClaims, hold_for_a_batch_that_begins_with_close) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  const Answers answers = said(client->query("select 1")
                                   .query(set("2"))
                                   .close('S', "gone")
                                   .run("select team_id from invoice order by id")
                                   .sync(),
                               3);
  EXPECT_EQ(answers.rows, (std::vector<std::string>{"1", "2", "2"}));
}

TEST_P(ProtocolClaims, in_one_batch_with_the_begin_are_of_that_transaction) {
  start();
  const auto client = this->client();
  client->ask(set("2"));
  client->ask("RESET art32.claim");
  const Answers answers = said(client->run("begin").run(set_local("1")).run(teams_sql).run("commit").sync());
  EXPECT_EQ(answers.rows, (std::vector<std::string>{"1", "1"})) << testing::PrintToString(answers.errors);
  EXPECT_TRUE(answers.notices.empty()) << answers.notices.front();
  EXPECT_THAT(seen(*client), StartsWith(nobody));
  said(client->run("begin").run(set("1")).run("rollback").sync());
  EXPECT_THAT(seen(*client), StartsWith(nobody)) << "a SET that was rolled back";
}

TEST_P(ProtocolClaims, behind_an_error_in_their_batch_are_passed_over) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  const Answers answers = said(client->run("select 1/0").run(set("2")).sync());
  EXPECT_EQ(answers.types, "1EZI");
  EXPECT_EQ(seen(*client), "1 1");
}

TEST_P(ProtocolClaims, of_a_session_with_its_own_statements_leave_these_alone) {
  start();
  const auto client = this->client("session");
  client->ask(set("1"));
  said(client->parse("", "select 'mine'").sync());
  client->ask("SET art32.claim = '" + token("1", "max") + "'");
  EXPECT_EQ(said(client->bind("", "").execute().sync()).sqlstate(), "26000") << "a Query has ended it";
  said(client->parse("", "select 'mine'").sync());
  said(client->run("select art32.leave()").sync());
  seen(*client);
  for (const std::string& row : said(client->bind("", "").execute().sync()).rows)
    EXPECT_EQ(row, "mine");
  client->ask("RESET ALL");
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

TEST_P(ProtocolClaims, change_nothing_about_statements_of_a_session_that_is_pinned) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("listen x");
  client->ask("SET art32.claim = '" + token("1", "max") + "'");
  EXPECT_EQ(said(client->run("vacuum invoice").sync()).tags, std::vector<std::string>{"VACUUM"});
  client->ask("SET art32.claim = '" + token("1", "eva") + "'");
  EXPECT_EQ(said(client->query("notify x").query("select 1"), 2).channels, std::vector<std::string>{"x"});
}

TEST_P(ProtocolClaims, of_a_transaction_end_with_it_for_what_is_pipelined_behind) {
  start();
  const auto client = this->client();
  client->query("begin").query(set_local("1")).query(teams_sql).query("commit").query(teams_sql).go();
  const Answers answers = client->ready(5);
  EXPECT_EQ(answers.rows, (std::vector<std::string>{"1", "1"}));
  EXPECT_THAT(answers.errors, ElementsAre(StartsWith(nobody)));
}

// A drivers' way to reset: it closes the statement in the same batch.
TEST_P(ProtocolClaims, end_with_a_discard_that_has_a_close_behind_it) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  client->ask("listen x");
  client->parse("d", "discard all").describe('S', "d").flush().go();
  client->until('n');
  said(client->bind("", "d").execute().close('S', "d").sync());
  EXPECT_THAT(seen(*client), StartsWith(nobody));
  client->ask(set("2"));
  EXPECT_EQ(seen(*client), "2 2") << "it isn't pinned any more";
}

TEST_P(ProtocolClaims, of_a_kept_session_follow_one_another_in_a_pipeline) {
  start();
  const auto client = this->client("session");
  client->ask("begin");
  client->ask("SET LOCAL art32.claim = '" + token("1", "erika") + "'");
  const Answers answers = said(client->query("commit")
                                   .run("SET art32.claim = '" + token("1", "max") + "'")
                                   .run("select art32.current_actor()")
                                   .sync(),
                               2);
  EXPECT_EQ(answers.row(), "user:max") << testing::PrintToString(answers.errors);
  said(client->run("RESET art32.claim").sync());
  EXPECT_THAT(seen(*client), StartsWith(nobody));
}

// An error that may have ended an entry ends no session whose next batch is half sent.
TEST_P(ProtocolClaims, in_doubt_end_no_session) {
  start();
  const auto client = this->client();
  client->ask(set("1"));
  seen(*client);
  client->run("insert into invoice (team_id, note) values (2, 'x')").sync();
  client->parse("", "select 'on'").bind("", "").go();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const Answers answers = said(client->execute().sync(), 2);
  EXPECT_EQ(answers.sqlstate(), "42501");
  EXPECT_EQ(answers.row(), "on");
  EXPECT_EQ(seen(*client), "1 1");
}

ART32_WITH_BOTH_FUNCTIONS(ProtocolClaims);

}  // namespace
}  // namespace art32::test
