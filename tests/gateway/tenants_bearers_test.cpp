// API tokens of a real store in place of a password: whoever shows one acts for its team, for as
// long as it is valid.
#include <random>
#include <thread>

#include "base/scratch_folder.h"
#include "identity/customers.h"
#include "identity/token_bearers.h"
#include "model/testing.h"
#include "tests/gateway/tenants.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

class TokenLogin : public Tenants {
 protected:
  TokenLogin() {
    EXPECT_TRUE(store_.migrate(identity::Customers::migrations()));
    for (const char* team : {"1", "2"})
      EXPECT_TRUE(customers.teams.add({team}, team));
    erika = customers.users.add("erika@example.com").value();
    for (const char* team : {"1", "2"})
      EXPECT_TRUE(customers.memberships.add({{team}, erika}));
  }
  std::string issue(const std::string& team) {
    return std::string(customers.tokens.issue({{team}, erika}, "app", {{"*"}}, std::nullopt)->shown.text());
  }
  void start_with_tokens() { start({.pool_size = 2, .shows_claim = true, .bearers = bearers}); }
  // Whether the gateway ends the session within some seconds.
  static bool is_ended(RawClient& client) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < until) {
      const Answers answers = client.ask("select 1");
      if (!answers.errors.empty()) {
        EXPECT_EQ(answers.sqlstate(), "28000") << answers.errors.front();
        return true;
      }
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }

  base::ScratchFolder folder_;
  store::Database store_ = store::Database::open(folder_.path() / "state.db").value();
  std::mutex mutex_;
  model::testing::RecordingSink sink_;
  base::SystemClock clock_;
  identity::Customers customers{{store_, mutex_, sink_, clock_}, "art32_", 10};
  std::shared_ptr<identity::TokenBearers> bearers =
      std::make_shared<identity::TokenBearers>(customers.tokens);
  identity::UserId erika;
};

TEST_P(TokenLogin, acts_for_the_team_of_the_token_and_says_whose_it_is) {
  start_with_tokens();
  const auto one = client(RawClient::Login{.password = issue("1")});
  const auto two = client(RawClient::Login{.password = issue("2")});
  EXPECT_EQ(seen(*one), "1 1");
  EXPECT_EQ(seen(*two), "2 2");
  EXPECT_EQ(seen(*one), "1 1");
  EXPECT_EQ(seen(two->ask("select art32.current_actor()")), "token:2");
}

TEST_P(TokenLogin, is_refused_with_anything_else) {
  start_with_tokens();
  const std::string good = issue("1");
  for (const std::string& wrong :
       {good + "x", good.substr(0, good.size() - 1), std::string("2|") + good.substr(2), std::string("x"),
        std::string(60'000, 'a')}) {
    RawClient refused(gateway->port());
    EXPECT_EQ(refused.log_in({.password = wrong}).sqlstate(), "28P01");
  }
  RawClient open(gateway->port());
  EXPECT_EQ(open.log_in({.password = good, .database = "open"}).sqlstate(), "28P01")
      << "a database that isn't separated";
  EXPECT_EQ(seen(*client(RawClient::Login{.password = good})), "1 1");
}

TEST_P(TokenLogin, is_let_in_however_many_wrong_ones_came_from_its_address) {
  start_with_tokens();
  const std::string good = issue("1");
  for (int count = 0; count < 30; ++count) {
    RawClient refused(gateway->port());
    const std::string state = refused.log_in({.password = "1|wrong"}).sqlstate();
    EXPECT_TRUE(state == "28P01" || state == "28000") << state;
  }
  EXPECT_EQ(seen(*client(RawClient::Login{.password = good})), "1 1");
  EXPECT_EQ(seen(*client(RawClient::Login{.password = token("2")})), "2 2") << "a claim, too";
}

TEST_P(TokenLogin, goes_back_to_its_own_team_after_a_claim_of_another) {
  start_with_tokens();
  const auto client = this->client(RawClient::Login{.password = issue("1")});
  EXPECT_TRUE(client->ask(set("2")).errors.empty());
  EXPECT_EQ(seen(*client), "2 2");
  EXPECT_TRUE(client->ask("RESET art32.claim").errors.empty());
  EXPECT_EQ(seen(*client), "1 1");
}

TEST_P(TokenLogin, ends_when_the_token_is_revoked_even_amid_a_transaction) {
  start_with_tokens();
  const auto idle = client(RawClient::Login{.password = issue("1")});
  const auto amid = client(RawClient::Login{.password = issue("1")});
  const auto other = client(RawClient::Login{.password = issue("2")});
  EXPECT_TRUE(amid->ask("begin").errors.empty());
  EXPECT_EQ(seen(*amid), "1 1");
  std::this_thread::sleep_for(500ms);
  EXPECT_EQ(seen(*idle), "1 1") << "looked at several times by now";
  EXPECT_EQ(customers.tokens.revoke(identity::TokenId(1)).has_value(), true);
  EXPECT_TRUE(is_ended(*idle));
  EXPECT_EQ(seen(*amid), "1 1");
  EXPECT_TRUE(customers.tokens.revoke(identity::TokenId(2)));
  EXPECT_TRUE(is_ended(*amid));
  EXPECT_EQ(seen(*other), "2 2");
}

TEST_P(TokenLogin, ends_when_the_user_leaves_the_team) {
  start_with_tokens();
  const auto one = client(RawClient::Login{.password = issue("1")});
  const auto two = client(RawClient::Login{.password = issue("2")});
  EXPECT_TRUE(customers.memberships.remove({{"1"}, erika}));
  EXPECT_TRUE(is_ended(*one));
  EXPECT_EQ(seen(*two), "2 2");
  EXPECT_TRUE(customers.users.disable(erika));
  EXPECT_TRUE(is_ended(*two));
}

// What was looked up for somebody who has hung up meanwhile is for nobody. By chance, many times:
// under the sanitizers a session that is used after its end is found.
TEST_P(TokenLogin, survives_those_who_hang_up_while_their_token_is_looked_up) {
  const auto without_server = settings({.pool_size = 1, .shows_claim = true, .bearers = bearers});
  without_server->databases.at("app").address.port = 1;
  without_server->databases.at("app").limits.wait = 100ms;
  auto started = gateway::Gateway::start(without_server);
  ASSERT_TRUE(started.has_value()) << started.error().message();
  gateway = std::move(*started);
  const std::string token = issue("1");
  base::Bytes password{'p', 0, 0, 0, static_cast<std::uint8_t>(token.size() + 5)};
  base::append(password, base::as_bytes(token));
  password.push_back(0);
  const auto hurry = [&](unsigned seed) {
    std::minstd_rand chance(seed);
    for (int tries = 0; tries < 150; ++tries) {
      RawClient client(gateway->port());
      client.start_up({}).go();
      client.until('R');
      client.octets(password).go();
      std::this_thread::sleep_for(std::chrono::microseconds(chance() % 400));
      client.hang_up();
    }
  };
  std::thread other([&] { hurry(1); });
  hurry(2);
  other.join();
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (gateway->clients() > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(gateway->clients(), 0U);
  RawClient last(gateway->port());
  EXPECT_EQ(last.log_in({.password = token}).sqlstate(), "57P03") << "the worker answers still";
}

TEST_P(TokenLogin, cannot_be_told_once_the_tokens_are_gone) {
  start_with_tokens();
  const std::string token = issue("1");
  const auto before = client(RawClient::Login{.password = token});
  bearers->close();
  RawClient refused(gateway->port());
  EXPECT_EQ(refused.log_in({.password = token}).sqlstate(), "57P03");
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(seen(*before), "1 1") << "for some minutes who came before is trusted";
}

ART32_WITH_BOTH_FUNCTIONS(TokenLogin);

}  // namespace
}  // namespace art32::test
