#include "workers/alarm.h"

#include <gtest/gtest.h>

namespace art32::workers {
namespace {

using namespace std::chrono_literals;

class AlarmTest : public testing::Test {
 protected:
  AlarmTest() { alarm.set(Schedule::parse("15 3 * * *", "UTC").value()); }

  base::ManualClock clock{*base::parse_rfc3339("2026-11-23T12:00:00Z")};
  Alarm alarm{clock};
};

TEST_F(AlarmTest, goes_off_once_at_each_moment) {
  EXPECT_FALSE(alarm.due());
  clock.set(*base::parse_rfc3339("2026-11-24T03:15:00Z"));
  EXPECT_TRUE(alarm.due());
  EXPECT_FALSE(alarm.due());
  clock.advance(24h);
  EXPECT_TRUE(alarm.due());
}

TEST_F(AlarmTest, makes_up_once_for_what_a_step_forward_missed) {
  clock.advance(72h);
  EXPECT_TRUE(alarm.due());
  EXPECT_FALSE(alarm.due());
}

TEST_F(AlarmTest, goes_on_after_the_clock_stepped_back) {
  clock.advance(365 * 24h);  // a wrong date, mended soon after
  EXPECT_TRUE(alarm.due());
  clock.advance(-365 * 24h);
  EXPECT_FALSE(alarm.due()) << "no moment has come";
  clock.set(*base::parse_rfc3339("2026-11-24T03:15:01Z"));
  EXPECT_TRUE(alarm.due()) << "the next one isn't a year away";
}

TEST_F(AlarmTest, follows_the_schedule_it_was_set_to_last) {
  alarm.set(Schedule::parse("0 13 * * *", "UTC").value());
  clock.advance(1h);
  EXPECT_TRUE(alarm.due());
  EXPECT_FALSE(Alarm(clock).due()) << "without a schedule it is silent";
}

}  // namespace
}  // namespace art32::workers
