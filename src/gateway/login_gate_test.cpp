#include "gateway/login_gate.h"

#include <gtest/gtest.h>

namespace art32::gateway {
namespace {

using namespace std::chrono_literals;

const LoginGate::Time now{1h};

TEST(LoginGate, is_shut_until_somebody_opens_it) {
  const LoginGate gate;
  ASSERT_TRUE(gate.refusal(now).has_value());
  EXPECT_EQ(gate.refusal(now)->detail, "no check has ended yet");
}

TEST(LoginGate, stays_open_for_as_long_as_it_was_opened_for) {
  LoginGate gate;
  gate.open(now + 5min);
  EXPECT_FALSE(gate.refusal(now + 4min).has_value());
  ASSERT_TRUE(gate.refusal(now + 5min).has_value()) << "whoever opens it has died";
  EXPECT_EQ(gate.refusal(now + 5min)->detail, "the last check is too old");
}

TEST(LoginGate, says_why_it_was_shut_until_it_is_opened_again) {
  LoginGate gate;
  gate.open(now + 5min);
  gate.shut({"no", "rls-disabled public.bill"});
  EXPECT_EQ(gate.refusal(now), (LoginGate::Refusal{"no", "rls-disabled public.bill"}));
  gate.open(now + 5min);
  EXPECT_FALSE(gate.refusal(now).has_value());
}

TEST(LoginGates, keep_one_gate_for_each_database) {
  LoginGates gates;
  const auto app = gates.of("app");
  EXPECT_EQ(gates.of("app"), app);
  EXPECT_NE(gates.of("other"), app);
}

}  // namespace
}  // namespace art32::gateway
