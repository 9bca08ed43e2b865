#include "net/loop/loop_timer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "net/loop/testing.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class LoopTimerOn : public testing::OnLoop {};
ART32_ON_BOTH_BACKENDS(LoopTimerOn);

TEST_P(LoopTimerOn, expires_in_order_of_time_and_those_of_one_time_as_they_were_set) {
  std::vector<int> seen;
  LoopTimer late(loop(), [&] {
    seen.push_back(4);
    loop().stop();
  });
  LoopTimer first(loop(), [&] { seen.push_back(1); });
  LoopTimer second(loop(), [&] { seen.push_back(2); });
  LoopTimer third(loop(), [&] { seen.push_back(3); });
  loop().post([&] {
    late.set(30ms);
    third.set(10ms);
    first.set(5ms);
    second.set(5ms);
  });
  loop().run();
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4));
}

TEST_P(LoopTimerOn, never_expires_early) {
  std::chrono::nanoseconds waited{};
  const auto start = std::chrono::steady_clock::now();
  LoopTimer timer(loop(), [&] {
    waited = std::chrono::steady_clock::now() - start;
    loop().stop();
  });
  timer.set(7ms);
  EXPECT_TRUE(timer.is_set());
  loop().run();
  EXPECT_FALSE(timer.is_set());
  EXPECT_GE(waited, 7ms);
  EXPECT_LT(waited, 5s);
}

TEST_P(LoopTimerOn, does_not_expire_once_cancelled_or_destroyed) {
  int expired = 0;
  LoopTimer cancelled(loop(), [&] { ++expired; });
  cancelled.set(1ms);
  cancelled.cancel();
  {
    LoopTimer destroyed(loop(), [&] { ++expired; });
    destroyed.set(1ms);
  }
  run_for(20ms);
  EXPECT_EQ(expired, 0);
}

TEST_P(LoopTimerOn, can_be_put_off_and_brought_forward) {
  std::vector<int> seen;
  LoopTimer put_off(loop(), [&] { seen.push_back(1); });
  LoopTimer brought_forward(loop(), [&] { seen.push_back(2); });
  LoopTimer between(loop(), [&] { seen.push_back(3); });
  loop().post([&] {
    put_off.set(1ms);
    brought_forward.set(1h);
    between.set(15ms);
    put_off.set(30ms);
    brought_forward.set(5ms);
  });
  EXPECT_TRUE(run_until([&] { return seen.size() == 3; }));
  EXPECT_THAT(seen, ElementsAre(2, 3, 1));
}

TEST_P(LoopTimerOn, may_destroy_and_set_timers_while_it_expires) {
  int expired = 0;
  std::unique_ptr<LoopTimer> own;
  std::unique_ptr<LoopTimer> other = std::make_unique<LoopTimer>(loop(), [&] { ++expired; });
  own = std::make_unique<LoopTimer>(loop(), [&, alive = std::make_shared<int>(1)] {
    own = std::make_unique<LoopTimer>(loop(), [&] { expired += 100; });
    own->set(0ms);
    other.reset();
    expired += *alive;
  });
  own->set(1ms);
  other->set(1ms);
  EXPECT_TRUE(run_until([&] { return expired == 101; })) << expired;
}

TEST_P(LoopTimerOn, set_to_now_by_itself_lets_others_have_their_turn) {
  int turns = 0;
  bool was_posted = false;
  LoopTimer again(loop(), [&] {
    ++turns;
    again.set(0ms);
    if (turns == 3) loop().post([&] { was_posted = true; });
  });
  again.set(0ms);
  EXPECT_TRUE(run_until([&] { return was_posted; }));
  EXPECT_LT(turns, 1'000'000);
}

TEST_P(LoopTimerOn, comes_by_the_ten_thousand_in_order) {
  std::mt19937 random(42);
  std::vector<std::unique_ptr<LoopTimer>> timers;
  std::vector<int> seen;
  std::vector<int> planned;
  std::size_t expected = 0;
  for (std::size_t index = 0; index < 10'000; ++index)
    timers.push_back(std::make_unique<LoopTimer>(loop(), [&, index] { seen.push_back(planned[index]); }));
  loop().post([&] {
    for (const auto& timer : timers) {
      timer->set(std::chrono::milliseconds(random() % 100));
      planned.push_back(static_cast<int>(random() % 100));
      timer->set(std::chrono::milliseconds(planned.back()));
      if (random() % 4 == 0) {
        timer->cancel();
      } else {
        ++expected;
      }
    }
  });
  EXPECT_TRUE(run_until([&] { return expected > 0 && seen.size() == expected; }));
  run_for(150ms);
  EXPECT_EQ(seen.size(), expected);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

}  // namespace
}  // namespace art32::net
