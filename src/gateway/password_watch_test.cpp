#include "gateway/password_watch.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::gateway {
namespace {

using namespace std::chrono_literals;

class Watch : public testing::Test {
 protected:
  bool failed(const std::string& address, const std::string& user) {
    return watch.failed(address, user, rules, now);
  }
  bool succeeded(const std::string& address, const std::string& user) {
    return watch.succeeded(address, user, rules, now);
  }
  PasswordWatch watch;
  PasswordWatch::Rules rules{3, 60s};
  PasswordWatch::TimePoint now{1h};
};

TEST_F(Watch, after_some_wrong_passwords_an_address_gets_no_more_tries_for_a_while) {
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(failed("a", "user" + std::to_string(i)));
  EXPECT_TRUE(failed("a", "user"));
  EXPECT_FALSE(succeeded("a", "user"));
  EXPECT_TRUE(succeeded("b", "user"));
  now += 61s;
  EXPECT_TRUE(succeeded("a", "user"));
}

TEST_F(Watch, who_has_signed_in_there_before_is_not_locked_out_by_others) {
  EXPECT_TRUE(succeeded("a", "app"));
  for (int i = 0; i < 4; ++i)
    failed("a", "stranger");
  EXPECT_FALSE(succeeded("a", "other"));
  EXPECT_TRUE(succeeded("a", "app"));
}

TEST_F(Watch, whose_password_is_wrong_locks_out_only_itself) {
  EXPECT_TRUE(succeeded("a", "app"));
  for (int i = 0; i < 4; ++i)
    failed("a", "app");
  EXPECT_FALSE(succeeded("a", "app"));
  EXPECT_TRUE(succeeded("a", "other"));
}

// Else one could tell who exists by the answer.
TEST_F(Watch, beyond_the_limit_all_wrong_passwords_get_the_same_answer) {
  EXPECT_TRUE(succeeded("a", "app"));
  for (int i = 0; i < 3; ++i)
    failed("a", "stranger");
  EXPECT_TRUE(failed("a", "stranger"));
  EXPECT_TRUE(failed("a", "app"));
}

TEST_F(Watch, remembers_a_bounded_number_and_counts_the_others_together) {
  const std::size_t many = base::limits::gateway_remembered_tries + 1'000;
  for (std::size_t i = 0; i < many; ++i)
    failed("address" + std::to_string(i), "user");
  EXPECT_LE(watch.remembered(), base::limits::gateway_remembered_tries + 1);
  EXPECT_FALSE(succeeded("new", "user"));
  EXPECT_TRUE(failed("new", "user"));
  EXPECT_TRUE(succeeded("address1", "user"));
  now += 61s;
  EXPECT_TRUE(succeeded("new", "user"));
  for (std::size_t i = 0; i < 2 * base::limits::gateway_expected_users; ++i)
    succeeded("address", "user" + std::to_string(i));
  EXPECT_LE(watch.remembered(),
            base::limits::gateway_remembered_tries + 1 + base::limits::gateway_expected_users);
}

TEST_F(Watch, can_be_switched_off) {
  rules.wrong_passwords = 0;
  for (int i = 0; i < 100; ++i)
    EXPECT_FALSE(failed("a", "user"));
  EXPECT_TRUE(succeeded("a", "user"));
}

}  // namespace
}  // namespace art32::gateway
