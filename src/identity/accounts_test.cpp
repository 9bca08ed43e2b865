#include "identity/accounts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "base/scratch_folder.h"
#include "crypto/password.h"
#include "model/testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::Status;
using namespace std::chrono_literals;

class AccountsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(database.migrate(Accounts::migrations()));
    ASSERT_TRUE(accounts.add("monitoring"));
  }

  SignIn try_password(std::string_view name, std::string_view password, std::string_view peer) {
    return accounts.authenticate(basic(name, password), peer);
  }
  static std::string basic(std::string_view name, std::string_view password) {
    return "Basic " + base::base64(base::as_bytes(std::string(name) + ":" + std::string(password)));
  }
  static std::optional<std::string> named(const SignIn& sign_in) {
    if (sign_in.answer != SignIn::Answer::accepted) return std::nullopt;
    return sign_in.account;
  }
  std::optional<std::string> login(std::string_view name, std::string_view password) {
    return named(try_password(name, password, "192.0.2.1"));
  }
  std::optional<std::string> bearer(std::string_view token) {
    return named(accounts.authenticate("Bearer " + std::string(token), "192.0.2.1"));
  }
  std::string issue(std::optional<base::Instant> expires = std::nullopt) {
    const auto token = accounts.issue_token("monitoring", "prometheus", expires);
    EXPECT_TRUE(token.has_value());
    return std::string(token->text());
  }
  std::string stored(std::string_view sql) {
    std::string value = "no row";
    EXPECT_TRUE(database.query(sql, {}, [&value](const store::Row& row) { value = row.text(0); }));
    return value;
  }

  base::ScratchFolder folder;
  store::Database database = std::move(*store::Database::open(folder.path() / "state.db"));
  std::mutex mutex;
  model::testing::RecordingSink sink;
  base::ManualClock clock{*base::parse_rfc3339("2026-11-23T12:00:00Z")};
  Accounts accounts{database, mutex, sink, clock, 10};
};

TEST_F(AccountsTest, lets_in_who_knows_the_password_and_nobody_else) {
  EXPECT_EQ(login("monitoring", ""), std::nullopt) << "no password is set yet";
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
  EXPECT_EQ(login("monitoring", "correct hors"), std::nullopt);
  EXPECT_EQ(login("monitoring", ""), std::nullopt);
  EXPECT_EQ(login("Monitoring", "correct horse"), std::nullopt);
  EXPECT_EQ(login("stranger", "correct horse"), std::nullopt);
  EXPECT_EQ(login("", ""), std::nullopt);
  EXPECT_EQ(named(accounts.authenticate("", "192.0.2.1")), std::nullopt);
}

TEST_F(AccountsTest, lets_each_account_do_one_thing_and_says_which) {
  ASSERT_TRUE(accounts.add("application", May::customers));
  EXPECT_EQ(sink.records.back(), R"({"account":"application","event":"account-added","may":"customers"})");
  const auto list = accounts.list();
  ASSERT_TRUE(list && list->size() == 2);
  EXPECT_EQ(list->front().may, May::customers);
  EXPECT_EQ(list->back().may, May::metrics) << "unless it is said";

  const auto token = accounts.issue_token("application", "api", std::nullopt);
  ASSERT_TRUE(token);
  const auto by_token = [this](std::string_view shown) {
    return accounts.authenticate("Bearer " + std::string(shown), "192.0.2.1");
  };
  const std::string shown(token->text());
  EXPECT_EQ(by_token(shown).may, May::customers);
  EXPECT_EQ(by_token(shown.substr(shown.find('|') + 1)).may, May::customers) << "without its id";
  EXPECT_EQ(by_token(issue()).may, May::metrics);
  ASSERT_TRUE(accounts.set_password("application", "correct horse"));
  EXPECT_EQ(try_password("application", "correct horse", "192.0.2.1").may, May::customers);
}

TEST_F(AccountsTest, gives_nothing_to_accounts_that_were_there_before_and_to_words_it_does_not_know) {
  const base::ScratchFolder old_folder;
  auto old = store::Database::open(old_folder.path() / "state.db").value();
  const std::vector<store::Migration> migrations = Accounts::migrations();
  ASSERT_TRUE(old.migrate({migrations.front()}));
  ASSERT_TRUE(old.run("INSERT INTO accounts (name, created_at) VALUES ('old', '2026-11-23T12:00:00Z')"));
  ASSERT_TRUE(old.migrate(migrations));
  Accounts reopened(old, mutex, sink, clock, 10);
  const auto token = reopened.issue_token("old", "scrape", std::nullopt);
  ASSERT_TRUE(token);
  const std::string header = "Bearer " + std::string(token->text());
  EXPECT_EQ(named(reopened.authenticate(header, "192.0.2.1")), "old");
  EXPECT_EQ(reopened.authenticate(header, "192.0.2.1").may, May::metrics);

  ASSERT_TRUE(old.run("UPDATE accounts SET may = 'everything'"));
  EXPECT_EQ(named(reopened.authenticate(header, "192.0.2.1")), std::nullopt);
  EXPECT_EQ(reopened.list().error().code, ErrorCode::corrupt);
}

TEST_F(AccountsTest, refuses_passwords_that_bcrypt_would_cut) {
  const std::string longest(72, 'p');
  ASSERT_TRUE(accounts.set_password("monitoring", longest));
  EXPECT_EQ(login("monitoring", longest), "monitoring");
  EXPECT_EQ(login("monitoring", longest + "q"), std::nullopt);
  EXPECT_EQ(accounts.set_password("monitoring", longest + "q").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(accounts.set_password("monitoring", "").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(accounts.set_password("stranger", "p").error().code, ErrorCode::not_found);
}

TEST_F(AccountsTest, hashes_anew_at_login_when_the_cost_rises) {
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  const std::string before = stored("SELECT password FROM accounts");
  EXPECT_EQ(crypto::bcrypt_cost(before), 10);
  accounts.set_bcrypt_cost(11);
  EXPECT_EQ(login("monitoring", "wrong"), std::nullopt);
  EXPECT_EQ(stored("SELECT password FROM accounts"), before) << "a wrong password changes nothing";
  EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
  const std::string after = stored("SELECT password FROM accounts");
  EXPECT_EQ(crypto::bcrypt_cost(after), 11);
  EXPECT_EQ(sink.records.back(), R"({"account":"monitoring","event":"password-rehashed"})");
  EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
  EXPECT_EQ(stored("SELECT password FROM accounts"), after) << "once is enough";
  accounts.set_bcrypt_cost(10);
  EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
  EXPECT_EQ(stored("SELECT password FROM accounts"), after) << "never weaker";
}

TEST_F(AccountsTest, lets_in_though_hashing_anew_fails) {
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  accounts.set_bcrypt_cost(11);
  sink.full = true;
  EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
  EXPECT_EQ(crypto::bcrypt_cost(stored("SELECT password FROM accounts")), 10);
}

// Hashing takes tens of milliseconds, far more than everything else here.
using Time = std::chrono::steady_clock::duration;

Time time_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - begin;
}

constexpr int samples = 5;  // the quickest counts: a busy machine only ever adds

TEST_F(AccountsTest, works_as_hard_for_an_unknown_account) {
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  Time known = Time::max(), unknown = Time::max();
  for (int i = 0; i < samples; ++i) {
    known = std::min(known, time_of([&] { EXPECT_EQ(login("monitoring", "wrong"), std::nullopt); }));
    unknown = std::min(unknown, time_of([&] { EXPECT_EQ(login("stranger", "wrong"), std::nullopt); }));
    clock.advance(60s);  // too many wrong ones wouldn't be checked
  }
  EXPECT_GT(unknown * 2, known);
  EXPECT_GT(known * 2, unknown);
}

TEST_F(AccountsTest, hashes_nothing_while_no_account_has_a_password) {
  const auto quickest = [this] {
    Time best = Time::max();
    for (int i = 0; i < samples; ++i)
      best = std::min(best, time_of([&] { EXPECT_EQ(login("stranger", "wrong"), std::nullopt); }));
    clock.advance(60s);
    return best;
  };
  const Time none = quickest();
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  const Time decoy = quickest();
  EXPECT_LT(none * 5, decoy);
}

TEST_F(AccountsTest, checks_no_more_passwords_after_too_many_wrong_ones) {
  using Answer = SignIn::Answer;
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  Time hashed = Time::max();
  for (unsigned i = 0; i < base::limits::sign_in_tries_of_name; ++i)
    hashed = std::min(hashed, time_of([&] {
                        EXPECT_EQ(try_password("monitoring", "wrong", "192.0.2.1").answer, Answer::refused);
                      }));
  std::vector<Time> unchecked;
  for (int i = 0; i < 100; ++i)
    unchecked.push_back(time_of(
        [&] { EXPECT_EQ(try_password("monitoring", "wrong", "192.0.2.1").answer, Answer::too_many); }));
  std::ranges::sort(unchecked);
  EXPECT_LT(unchecked[80] * 5, hashed) << "nothing is hashed; a busy machine may have held up a few";
  EXPECT_EQ(try_password("monitoring", "correct horse", "192.0.2.1").answer, Answer::too_many);
  EXPECT_EQ(try_password("monitoring", "correct horse", "192.0.2.2").answer, Answer::accepted)
      << "from elsewhere";
  EXPECT_TRUE(bearer(issue())) << "tokens are cheap to check";
  clock.advance(60s);
  EXPECT_EQ(try_password("monitoring", "correct horse", "192.0.2.1").answer, Answer::accepted);
}

TEST_F(AccountsTest, does_not_count_right_passwords) {
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  for (unsigned i = 0; i < 2 * base::limits::sign_in_tries_of_name; ++i)
    EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
}

TEST_F(AccountsTest, tells_what_checking_costs_without_telling_who_exists) {
  const auto cost = [this](const std::string& header) { return accounts.cost(header, "192.0.2.1"); };
  EXPECT_EQ(cost(""), CheckCost::none);
  EXPECT_EQ(cost("Basic !"), CheckCost::none);
  EXPECT_EQ(cost("Bearer 1|x"), CheckCost::lookup);
  EXPECT_EQ(cost(basic("monitoring", "x")), cost(basic("stranger", "x")));
  EXPECT_EQ(cost(basic("monitoring", "x")), CheckCost::hash);
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  EXPECT_EQ(cost(basic("monitoring", "x")), CheckCost::expected_hash);
  ASSERT_TRUE(accounts.remove("monitoring"));
  EXPECT_EQ(cost(basic("monitoring", "x")), CheckCost::hash);
}

TEST_F(AccountsTest, accepts_a_token_in_both_forms) {
  const std::string token = issue();
  const std::size_t pipe = token.find('|');
  ASSERT_EQ(token.substr(0, pipe + 1), "1|");
  EXPECT_EQ(token.substr(pipe + 1, 6), "art32_");
  EXPECT_EQ(bearer(token), "monitoring");
  EXPECT_EQ(bearer(token.substr(pipe + 1)), "monitoring") << "without its id";
  EXPECT_EQ(bearer("2" + token.substr(pipe)), std::nullopt) << "another id";
  EXPECT_EQ(bearer(token + "x"), std::nullopt);
  EXPECT_EQ(bearer("1|"), std::nullopt);
  EXPECT_EQ(bearer("18446744073709551615" + token.substr(pipe)), std::nullopt);
  EXPECT_EQ(bearer("1|" + stored("SELECT token FROM api_tokens")), std::nullopt)
      << "the stored form is no token";
}

TEST_F(AccountsTest, stores_a_token_as_its_hash_alone) {
  const std::string token = issue();
  const std::string secret = token.substr(token.find('|') + 1);
  EXPECT_EQ(stored("SELECT token FROM api_tokens"), crypto::api_token_hash(secret));
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string content = *base::read_text_file(entry.path());
    EXPECT_EQ(content.find(secret), std::string::npos) << entry.path();
    EXPECT_EQ(content.find("correct horse"), std::string::npos) << entry.path();
  }
}

TEST_F(AccountsTest, ends_a_token_when_it_expires_or_is_revoked) {
  const std::string passing = issue(clock.now() + 1h), lasting = issue();
  EXPECT_EQ(bearer(passing), "monitoring");
  clock.advance(1h - 1us);
  EXPECT_EQ(bearer(passing), "monitoring");
  clock.advance(1us);
  EXPECT_EQ(bearer(passing), std::nullopt);
  EXPECT_EQ(bearer(lasting), "monitoring");
  ASSERT_TRUE(accounts.revoke_token(2));
  EXPECT_EQ(bearer(lasting), std::nullopt);
  EXPECT_EQ(accounts.revoke_token(2).error().code, ErrorCode::not_found);
  EXPECT_EQ(accounts.issue_token("monitoring", "late", clock.now()).error().code,
            ErrorCode::invalid_argument);
}

TEST_F(AccountsTest, never_gives_the_id_of_a_revoked_token_again) {
  issue();
  ASSERT_TRUE(accounts.revoke_token(1));
  EXPECT_EQ(issue().substr(0, 2), "2|");
}

TEST_F(AccountsTest, notes_the_use_of_a_token_at_most_once_a_minute) {
  const std::string token = issue();
  const auto used = [this] { return stored("SELECT last_used_at FROM api_tokens"); };
  EXPECT_EQ(used(), "");
  bearer(token);
  EXPECT_EQ(used(), "2026-11-23T12:00:00.000000Z");
  clock.advance(59s);
  bearer(token);
  EXPECT_EQ(used(), "2026-11-23T12:00:00.000000Z");
  clock.advance(1s);
  bearer(token);
  EXPECT_EQ(used(), "2026-11-23T12:01:00.000000Z");
  clock.advance(-1h);
  bearer(token);
  EXPECT_EQ(used(), "2026-11-23T11:01:00.000000Z") << "the clock stepped back";
}

TEST_F(AccountsTest, removes_an_account_with_its_tokens) {
  const std::string token = issue();
  ASSERT_TRUE(accounts.remove("monitoring"));
  EXPECT_EQ(bearer(token), std::nullopt);
  EXPECT_TRUE(accounts.tokens()->empty());
  EXPECT_TRUE(accounts.list()->empty());
  EXPECT_EQ(accounts.remove("monitoring").error().code, ErrorCode::not_found);
  EXPECT_EQ(accounts.issue_token("monitoring", "t", std::nullopt).error().code, ErrorCode::not_found);
}

TEST_F(AccountsTest, lists_what_there_is) {
  clock.advance(1s);
  ASSERT_TRUE(accounts.add("backup.2"));
  ASSERT_TRUE(accounts.set_password("monitoring", "p"));
  issue(clock.now() + 24h);
  const auto listed = accounts.list();
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ(listed->at(0).name, "backup.2");
  EXPECT_FALSE(listed->at(0).has_password);
  EXPECT_EQ(listed->at(0).created, clock.now());
  EXPECT_TRUE(listed->at(1).has_password);
  const auto tokens = accounts.tokens();
  ASSERT_EQ(tokens->size(), 1U);
  EXPECT_EQ(tokens->at(0).account, "monitoring");
  EXPECT_EQ(tokens->at(0).name, "prometheus");
  EXPECT_EQ(tokens->at(0).expires, clock.now() + 24h);
}

TEST_F(AccountsTest, refuses_names_that_could_be_mistaken) {
  for (const std::string& name :
       {std::string(), std::string(65, 'a'), std::string("a:b"), std::string("a b"), std::string("-a"),
        std::string(".a"), std::string("ä"), std::string("a\n"), std::string("a\0b", 3), std::string("a/b")})
    EXPECT_EQ(accounts.add(name).error().code, ErrorCode::invalid_argument) << name;
  EXPECT_EQ(accounts.add("monitoring").error().code, ErrorCode::already_exists);
  EXPECT_EQ(accounts.issue_token("monitoring", "a\nb", std::nullopt).error().code,
            ErrorCode::invalid_argument);
  EXPECT_TRUE(accounts.issue_token("monitoring", "Über\"wachung\"", std::nullopt).has_value());
}

TEST_F(AccountsTest, seals_every_change_without_the_secret) {
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  const std::string token = issue(clock.now() + 1h);
  ASSERT_TRUE(accounts.revoke_token(1));
  ASSERT_TRUE(accounts.remove("monitoring"));
  EXPECT_EQ(
      sink.records,
      (std::vector<std::string>{
          R"({"account":"monitoring","event":"account-added","may":"metrics"})",
          R"({"account":"monitoring","event":"password-set"})",
          R"({"account":"monitoring","event":"token-issued","expires":"2026-11-23T13:00:00.000000Z","name":"prometheus","token":1})",
          R"({"account":"monitoring","event":"token-revoked","token":1})",
          R"({"account":"monitoring","event":"account-removed"})"}));
}

TEST_F(AccountsTest, changes_nothing_that_it_cannot_seal) {
  ASSERT_TRUE(accounts.set_password("monitoring", "correct horse"));
  const std::string token = issue();
  sink.full = true;
  EXPECT_EQ(accounts.add("other").error().code, ErrorCode::exhausted);
  EXPECT_EQ(accounts.remove("monitoring").error().code, ErrorCode::exhausted);
  EXPECT_EQ(accounts.set_password("monitoring", "other").error().code, ErrorCode::exhausted);
  EXPECT_EQ(accounts.issue_token("monitoring", "t", std::nullopt).error().code, ErrorCode::exhausted);
  EXPECT_EQ(accounts.revoke_token(1).error().code, ErrorCode::exhausted);
  sink.full = false;
  EXPECT_EQ(accounts.list()->size(), 1U);
  EXPECT_EQ(accounts.tokens()->size(), 1U);
  EXPECT_EQ(login("monitoring", "correct horse"), "monitoring");
  EXPECT_EQ(bearer(token), "monitoring");
}

TEST_F(AccountsTest, seals_nothing_for_a_change_that_is_refused) {
  const std::size_t before = sink.records.size();
  EXPECT_FALSE(accounts.add("monitoring"));
  EXPECT_FALSE(accounts.remove("stranger"));
  EXPECT_FALSE(accounts.revoke_token(9));
  EXPECT_EQ(login("monitoring", "wrong"), std::nullopt);
  EXPECT_EQ(sink.records.size(), before);
}

}  // namespace
}  // namespace art32::identity
