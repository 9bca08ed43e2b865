#include "identity/users.h"

#include <algorithm>
#include <ctime>

#include "base/limits.h"
#include "crypto/password.h"
#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using Answer = UserSignIn::Answer;
using namespace std::chrono_literals;

class UsersTest : public testing::CustomersTest {
 protected:
  UserSignIn sign_in(std::string_view login, std::string_view password, std::string_view peer = "192.0.2.1") {
    return users.sign_in(login, password, peer).value();
  }
  std::string hash_of_erika() { return stored("SELECT password FROM users WHERE id = 1"); }
};

TEST_F(UsersTest, sign_in_with_the_right_password_alone) {
  EXPECT_EQ(sign_in("erika@example.com", "").answer, Answer::refused) << "no password is set yet";
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  const UserSignIn accepted = sign_in("erika@example.com", "correct horse");
  EXPECT_EQ(accepted.answer, Answer::accepted);
  EXPECT_EQ(accepted.user, erika);
  EXPECT_EQ(sign_in("Erika@EXAMPLE.com", "correct horse").answer, Answer::accepted);
  EXPECT_EQ(sign_in("erika@example.com", "correct hors").answer, Answer::refused);
  EXPECT_EQ(sign_in("erika@example.com", "").answer, Answer::refused);
  EXPECT_EQ(sign_in("max@example.com", "correct horse").answer, Answer::refused);
  EXPECT_EQ(sign_in("nobody@example.com", "correct horse").answer, Answer::refused);
  EXPECT_EQ(sign_in("", "").answer, Answer::refused);
  EXPECT_EQ(sign_in(testing::ten_megabytes_of('@'), "correct horse").answer, Answer::refused);
}

TEST_F(UsersTest, refuse_passwords_that_bcrypt_would_cut_and_short_ones) {
  const std::string longest(72, 'p');
  ASSERT_TRUE(users.set_password(erika, longest));
  EXPECT_EQ(sign_in("erika@example.com", longest).answer, Answer::accepted);
  EXPECT_EQ(sign_in("erika@example.com", longest + "q").answer, Answer::refused);
  EXPECT_EQ(sign_in("erika@example.com", longest + std::string(1, '\0')).answer, Answer::refused);
  for (const std::string& password :
       {longest + "q", std::string(), std::string("elevenchars"), std::string("correct\0horse staple", 20),
        testing::ten_megabytes_of('p')})
    EXPECT_EQ(users.set_password(erika, password).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(users.set_password(UserId(99), "correct horse").error().code, ErrorCode::not_found);
  EXPECT_EQ(sign_in("erika@example.com", longest).answer, Answer::accepted) << "nothing has changed";
}

TEST_F(UsersTest, are_hashed_anew_at_sign_in_when_the_cost_rises) {
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  const std::string before = hash_of_erika();
  EXPECT_EQ(crypto::bcrypt_cost(before), 10);
  users.set_bcrypt_cost(11);
  EXPECT_EQ(sign_in("erika@example.com", "wrong").answer, Answer::refused);
  EXPECT_EQ(hash_of_erika(), before) << "a wrong password changes nothing";
  sink.full = true;
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::accepted);
  EXPECT_EQ(hash_of_erika(), before) << "nor does one that can't be sealed, and it signs in";
  sink.full = false;
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::accepted);
  const std::string after = hash_of_erika();
  EXPECT_EQ(crypto::bcrypt_cost(after), 11);
  EXPECT_EQ(sink.records.back(), R"({"event":"user-password-rehashed","user":1})");
  users.set_bcrypt_cost(10);
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::accepted);
  EXPECT_EQ(hash_of_erika(), after) << "never weaker";
}

// Of this thread alone: other programs on the machine don't count.
double cpu_seconds_of(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double begin = now();
  work();
  return now() - begin;
}

TEST_F(UsersTest, are_refused_in_the_same_time_whoever_they_are) {
  const UserId weak = users.add("weak@example.com").value();
  ASSERT_TRUE(users.set_password(weak, "correct horse"));
  users.set_bcrypt_cost(11);
  const UserId disabled = users.add("disabled@example.com").value();
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  ASSERT_TRUE(users.set_password(disabled, "correct horse"));
  ASSERT_TRUE(users.disable(disabled));
  const std::pair<std::string_view, std::string_view> refused[] = {
      {"erika@example.com", "wrong"},             // known
      {"weak@example.com", "wrong"},              // known, with a hash of an older cost
      {"max@example.com", "wrong"},               // known, without a password
      {"nobody@example.com", "wrong"},            // unknown
      {"disabled@example.com", "correct horse"},  // right, and not let in
  };
  std::vector<double> quickest(std::size(refused), 1e9);
  for (int sample = 0; sample < 4; ++sample) {  // the quickest counts: whatever disturbs only ever adds
    for (std::size_t i = 0; i < std::size(refused); ++i)
      quickest[i] =
          std::min(quickest[i], cpu_seconds_of([&] {
                     EXPECT_EQ(sign_in(refused[i].first, refused[i].second).answer, Answer::refused);
                   }));
    clock.advance(60s);
  }
  const auto [least, most] = std::ranges::minmax(quickest);
  EXPECT_LT(most, 1.5 * least) << "the work for a hash of the older cost would be half";
}

TEST_F(UsersTest, are_not_checked_after_too_many_wrong_passwords) {
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  for (unsigned i = 0; i < base::limits::sign_in_tries_of_name; ++i)
    EXPECT_EQ(sign_in("erika@example.com", "wrong").answer, Answer::refused);
  EXPECT_EQ(sign_in("Erika@example.com", "correct horse").answer, Answer::too_many);
  EXPECT_EQ(sign_in("erika@example.com", "correct horse", "192.0.2.2").answer, Answer::accepted);
  clock.advance(60s);
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::accepted);
}

TEST_F(UsersTest, neither_sign_in_nor_use_a_token_while_disabled) {
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  const std::string token = issue({red, erika});
  ASSERT_TRUE(look_up(token));
  ASSERT_TRUE(users.disable(erika));
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::refused);
  EXPECT_FALSE(look_up(token));
  EXPECT_EQ((*users.find(erika))->disabled, clock.now());
  EXPECT_EQ(users.disable(erika).error().code, ErrorCode::not_found);
  ASSERT_TRUE(users.enable(erika));
  EXPECT_EQ(users.enable(erika).error().code, ErrorCode::not_found);
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::accepted);
  EXPECT_TRUE(look_up(token));
}

TEST_F(UsersTest, leave_nothing_behind_when_removed) {
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  const std::string token = issue({red, erika});
  ASSERT_TRUE(look_up(token));
  ASSERT_TRUE(users.remove(erika));
  EXPECT_FALSE(look_up(token));
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::refused);
  EXPECT_TRUE(memberships.users_of(red)->empty());
  EXPECT_EQ(stored("SELECT count(*) FROM personal_access_tokens"), "0");
  EXPECT_EQ(users.remove(erika).error().code, ErrorCode::not_found);
  EXPECT_NE(users.add("erika@example.com").value(), erika) << "a number is never given again";
}

TEST_F(UsersTest, are_named_in_the_ledger_by_number_alone) {
  const UserId added = users.add("Private.Person@example.com").value();
  ASSERT_TRUE(users.set_password(added, "correct horse"));
  ASSERT_TRUE(users.disable(added) && users.enable(added) && users.remove(added));
  EXPECT_EQ(sink.records,
            (std::vector<std::string>{
                R"({"event":"user-added","user":3})", R"({"event":"user-password-set","user":3})",
                R"({"event":"user-disabled","user":3})", R"({"event":"user-enabled","user":3})",
                R"({"event":"user-removed","user":3})"}));
}

TEST_F(UsersTest, have_e_mail_addresses_that_differ_in_more_than_case) {
  EXPECT_EQ(users.add("ERIKA@example.com").error().code, ErrorCode::already_exists);
  for (const std::string& login :
       {std::string(), std::string("erika"), std::string("@example.com"), std::string("erika@"),
        std::string("a b@example.com"), std::string("a@example..com"), std::string("a@-example.com"),
        std::string("a@example.com\n"), std::string("a@example.com\0", 14),
        std::string("\xc3\xa4@example.com"), std::string("a@b@example.com"), std::string(250, 'a') + "@b.de",
        testing::ten_megabytes_of('a')})
    EXPECT_EQ(users.add(login).error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(users.add("o'hara+art32@mail.example.co.uk"));
  EXPECT_EQ((*users.find("O'Hara+art32@mail.example.co.uk"))->login, "o'hara+art32@mail.example.co.uk");
  EXPECT_EQ(users.find("' or 1=1 --").value(), std::nullopt);
}

TEST_F(UsersTest, are_listed_by_number) {
  ASSERT_TRUE(users.set_password(max, "correct horse"));
  const auto all = users.list();
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).login, "erika@example.com");
  EXPECT_FALSE(all->at(0).has_password);
  EXPECT_TRUE(all->at(1).has_password);
  EXPECT_EQ(users.list(erika)->size(), 1U);
}

TEST_F(UsersTest, change_nothing_that_the_ledger_cannot_take) {
  ASSERT_TRUE(users.set_password(erika, "correct horse"));
  sink.full = true;
  EXPECT_EQ(users.add("other@example.com").error().code, ErrorCode::exhausted);
  EXPECT_EQ(users.set_password(erika, "battery staple").error().code, ErrorCode::exhausted);
  EXPECT_EQ(users.disable(erika).error().code, ErrorCode::exhausted);
  EXPECT_EQ(users.remove(erika).error().code, ErrorCode::exhausted);
  EXPECT_EQ(users.list()->size(), 2U);
  EXPECT_EQ(sign_in("erika@example.com", "correct horse").answer, Answer::accepted);
}

}  // namespace
}  // namespace art32::identity
