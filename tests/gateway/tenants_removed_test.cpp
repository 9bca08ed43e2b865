// Sessions that act for a team when it is removed: what they want next is refused, whatever way
// they came to act for it, and they act for nobody from then on.
#include "identity/removed_team_list.h"
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using gateway::Counters;
using testing::ElementsAre;
using testing::StartsWith;

constexpr const char* removed = "28000 team \"1\" was removed";
constexpr const char* nobody = "42501 this session acts for no team";

class RemovedTeams : public Tenants {
 protected:
  void begin(Choice choice = {}) {
    teams = std::make_shared<identity::RemovedTeamList>();
    teams->add({"77"});
    choice.removed = teams;
    start(choice);
  }
  void expect_refused(RawClient& client) {
    const Answers refused = client.ask(teams_sql);
    EXPECT_EQ(refused.types, "EZI");
    EXPECT_THAT(refused.errors, ElementsAre(StartsWith(removed)));
    EXPECT_THAT(seen(client), StartsWith(nobody));
  }
  std::shared_ptr<identity::RemovedTeamList> teams;
};

TEST_P(RemovedTeams, are_refused_from_the_next_transaction_on) {
  begin();
  const auto client = this->client(), other = this->client();
  other->ask(set("2"));
  client->ask(set("1"));
  EXPECT_EQ(seen(*client), "1 1");
  client->ask("begin");
  EXPECT_EQ(seen(*client), "1 1");
  teams->add({"1"});
  EXPECT_EQ(seen(*client), "1 1") << "a transaction that has begun goes on";
  client->ask("commit");
  expect_refused(*client);
  EXPECT_EQ(client->ask(set("1")).sqlstate(), "28000");
  EXPECT_EQ(seen(*other), "2 2");
  EXPECT_EQ(client->ask(set("2")).types, "CZI");
  EXPECT_EQ(seen(*client), "2 2");
  EXPECT_EQ(count(&Counters::poisoned), 0U);
}

TEST_P(RemovedTeams, are_refused_by_the_extended_protocol) {
  begin();
  const auto client = this->client();
  client->ask(set("1"));
  EXPECT_EQ(seen(said(client->parse("s", teams_sql).bind("", "s").execute().sync())), "1 1");
  teams->add({"1"});
  const Answers refused = said(client->bind("", "s").execute().sync().bind("", "s").execute().sync(), 2);
  EXPECT_THAT(refused.errors, ElementsAre(StartsWith(removed), StartsWith(nobody)));
  EXPECT_TRUE(refused.rows.empty());
  client->ask(set("2"));
  EXPECT_EQ(seen(said(client->bind("", "s").execute().sync())), "2 2");
}

TEST_P(RemovedTeams, are_refused_where_the_session_chose_them) {
  begin({.may_choose_team = true});
  const auto client = this->client();
  client->ask("SET art32.team = 1");
  EXPECT_EQ(seen(*client), "1 1");
  teams->add({"1"});
  expect_refused(*client);
}

TEST_P(RemovedTeams, are_refused_where_the_server_connection_is_kept) {
  for (const char* const database : {"app", "session"}) {
    begin();
    const auto client = this->client(database);
    client->ask(set("1"));
    client->ask("listen x");
    EXPECT_EQ(seen(*client), "1 1");
    teams->add({"1"});
    expect_refused(*client);
    EXPECT_EQ(said(client->run(teams_sql).sync()).sqlstate(), "42501");
    EXPECT_EQ(count(&Counters::poisoned), 0U);
  }
}

TEST_P(RemovedTeams, are_refused_where_the_log_in_said_them) {
  begin();
  RawClient::Login login{.password = database().postgres().password(), .database = "app"};
  login.parameters = {{"art32.claim", token("1")}};
  const auto client = this->client(login);
  EXPECT_EQ(seen(*client), "1 1");
  client->ask(set("2"));
  teams->add({"1"});
  EXPECT_EQ(seen(*client), "2 2");
  client->ask("RESET art32.claim");
  expect_refused(*client);
  client->ask("RESET ALL");
  expect_refused(*client);
}

ART32_WITH_BOTH_FUNCTIONS(RemovedTeams);

}  // namespace
}  // namespace art32::test
