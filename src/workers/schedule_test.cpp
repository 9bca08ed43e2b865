#include "workers/schedule.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace art32::workers {
namespace {

using base::ErrorCode;
using base::Instant;

constexpr std::string_view berlin = "Europe/Berlin";

Schedule schedule(std::string_view expression, std::string_view zone = berlin) {
  auto parsed = Schedule::parse(expression, zone);
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message();
  return *parsed;
}

// The next `count` runs after `after`, in UTC to the minute.
std::vector<std::string> runs(const Schedule& of, std::string_view after, int count) {
  std::vector<std::string> found;
  Instant from = *base::parse_rfc3339(after);
  for (int i = 0; i < count; ++i) {
    const auto next = of.next(from);
    if (!next) break;
    found.push_back(base::rfc3339(*next).substr(0, 16));
    from = *next;
  }
  return found;
}
using Runs = std::vector<std::string>;

TEST(Schedule, follows_the_zone_through_winter_and_summer) {
  EXPECT_EQ(runs(schedule("30 4 * * *"), "2026-03-27T12:00:00Z", 3),
            (Runs{"2026-03-28T03:30", "2026-03-29T02:30", "2026-03-30T02:30"}));
  EXPECT_EQ(runs(schedule("30 4 * * *", "UTC"), "2026-03-27T12:00:00Z", 2),
            (Runs{"2026-03-28T04:30", "2026-03-29T04:30"}));
}

// On 29 March 2026 the clock in Berlin goes from 02:00 to 03:00, at 01:00 UTC.
TEST(Schedule, runs_a_skipped_time_at_the_first_moment_after_the_gap) {
  EXPECT_EQ(runs(schedule("30 2 * * *"), "2026-03-28T00:00:00Z", 3),
            (Runs{"2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"}));
  EXPECT_EQ(runs(schedule("0,20,40 2 * * *"), "2026-03-28T23:00:00Z", 2),
            (Runs{"2026-03-29T01:00", "2026-03-30T00:00"}))
      << "three skipped times, one run";
  EXPECT_EQ(runs(schedule("30 2 29 3 *"), "2026-03-01T00:00:00Z", 1), (Runs{"2026-03-29T01:00"}));
}

// On 25 October 2026 it goes from 03:00 back to 02:00, at 01:00 UTC.
TEST(Schedule, runs_a_doubled_time_once_the_first_time) {
  EXPECT_EQ(runs(schedule("30 2 * * *"), "2026-10-24T12:00:00Z", 2),
            (Runs{"2026-10-25T00:30", "2026-10-26T01:30"}));
  EXPECT_EQ(runs(schedule("30 2 * * *"), "2026-10-25T00:45:00Z", 1), (Runs{"2026-10-26T01:30"}))
      << "asked between the two";
  EXPECT_EQ(runs(schedule("0 2,3 * * *"), "2026-10-24T12:00:00Z", 2),
            (Runs{"2026-10-25T00:00", "2026-10-25T02:00"}));
}

TEST(Schedule, keeps_its_pace_through_clock_changes_when_the_hour_is_free) {
  EXPECT_EQ(runs(schedule("*/30 * * * *"), "2026-10-24T23:45:00Z", 6),
            (Runs{"2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30",
                  "2026-10-25T02:00", "2026-10-25T02:30"}));
  EXPECT_EQ(runs(schedule("30 * * * *"), "2026-03-29T00:00:00Z", 3),
            (Runs{"2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"}));
}

TEST(Schedule, is_right_where_the_clock_changes_at_midnight_or_skips_a_day) {
  // St John's, 2010-11-07: from 00:01 back to 23:01 of the day before, at 02:31 UTC.
  EXPECT_EQ(runs(schedule("*/30 * * * *", "America/St_Johns"), "2010-11-07T02:00:00Z", 5),
            (Runs{"2010-11-07T02:30", "2010-11-07T03:00", "2010-11-07T03:30", "2010-11-07T04:00",
                  "2010-11-07T04:30"}));
  // Samoa had no 30 December 2011.
  EXPECT_EQ(runs(schedule("0 12 30 12 *", "Pacific/Apia"), "2011-12-01T00:00:00Z", 1),
            (Runs{"2011-12-30T10:00"}));
}

TEST(Schedule, matches_either_day_when_both_are_restricted) {
  // November 2026: the 13th is a Friday, and Fridays are 6, 13, 20, 27.
  EXPECT_EQ(runs(schedule("0 0 13 * fri", "UTC"), "2026-11-01T00:00:00Z", 5),
            (Runs{"2026-11-06T00:00", "2026-11-13T00:00", "2026-11-20T00:00", "2026-11-27T00:00",
                  "2026-12-04T00:00"}));
  EXPECT_EQ(runs(schedule("0 0 14 * *", "UTC"), "2026-11-01T00:00:00Z", 1), (Runs{"2026-11-14T00:00"}));
  EXPECT_EQ(runs(schedule("0 0 * * 7", "UTC"), "2026-11-01T00:00:00Z", 1), (Runs{"2026-11-08T00:00"}))
      << "Sunday";
  EXPECT_EQ(runs(schedule("0 0 * * 5-7", "UTC"), "2026-11-02T00:00:00Z", 3),
            (Runs{"2026-11-06T00:00", "2026-11-07T00:00", "2026-11-08T00:00"}));
}

TEST(Schedule, waits_for_rare_days_and_gives_up_on_days_that_never_come) {
  EXPECT_EQ(runs(schedule("0 0 29 2 *", "UTC"), "2026-01-01T00:00:00Z", 2),
            (Runs{"2028-02-29T00:00", "2032-02-29T00:00"}));
  EXPECT_EQ(runs(schedule("0 0 31 2 *", "UTC"), "2026-01-01T00:00:00Z", 1), Runs{});
}

TEST(Schedule, knows_the_longest_time_it_leaves_between_two_runs) {
  const Instant now = *base::parse_rfc3339("2026-11-23T12:00:00Z");
  using namespace std::chrono_literals;
  EXPECT_EQ(schedule("15 3 * * *").longest_gap(now), 25h) << "the day on which the clock goes back";
  EXPECT_EQ(schedule("15 3 * * *", "UTC").longest_gap(now), 24h);
  EXPECT_EQ(schedule("0 3,20 * * *", "UTC").longest_gap(now), 17h);
  EXPECT_EQ(schedule("* * * * *").longest_gap(now), 1min);
  EXPECT_EQ(schedule("0 3 * * 1-5", "UTC").longest_gap(now), 72h) << "over the weekend";
  EXPECT_EQ(schedule("0 3 1 * *", "UTC").longest_gap(now), 31 * 24h);
  EXPECT_EQ(schedule("0 3 1 1 *", "UTC").longest_gap(now), 365 * 24h);
  EXPECT_EQ(schedule("0 0 29 2 *", "UTC").longest_gap(now), 1461 * 24h);
  EXPECT_EQ(schedule("0 0 31 2 *", "UTC").longest_gap(now), std::nullopt);
}

TEST(Schedule, is_strictly_later_than_asked) {
  const Schedule daily = schedule("0 0 * * *", "UTC");
  const Instant midnight = *base::parse_rfc3339("2026-11-23T00:00:00Z");
  EXPECT_EQ(daily.next(midnight), midnight + std::chrono::hours(24));
  EXPECT_EQ(daily.next(midnight - std::chrono::microseconds(1)), midnight);
}

TEST(Schedule, refuses_what_it_cannot_read_and_says_which_part) {
  const auto error = [](std::string_view expression, std::string_view zone) {
    return Schedule::parse(expression, zone).error();
  };
  EXPECT_EQ(error("0 25 * * *", berlin).what, "hour: \"25\" is wrong");
  EXPECT_EQ(error("0 0 * feb-jan *", berlin).what, "month: \"feb-jan\" is wrong");
  EXPECT_EQ(error("0 0 * *", berlin).what, "\"0 0 * *\" has 4 fields instead of 5");
  EXPECT_EQ(error("", berlin).code, ErrorCode::configuration);
  for (const char* zone : {"", "Europe/Atlantis", "../Europe/Berlin", "europe/berlin\n"})
    EXPECT_EQ(error("0 0 * * *", zone).code, ErrorCode::configuration) << zone;
}

TEST(Schedule, remembers_what_it_was_made_from) {
  EXPECT_EQ(schedule(" 0  0\t* * *").expression(), " 0  0\t* * *");
  EXPECT_EQ(schedule("0 0 * * *").zone(), "Europe/Berlin");
}

// The oracle walks through the minutes of UTC, one by one.
RC_GTEST_PROP(Schedule, finds_the_first_matching_minute, ()) {
  const auto hour = *rc::gen::inRange(0, 24), minute = *rc::gen::inRange(0, 60),
             weekday = *rc::gen::inRange(0, 7);
  const std::string expression = std::to_string(minute) + "," + std::to_string((minute + 17) % 60) + " " +
                                 std::to_string(hour) + " * * " + std::to_string(weekday);
  const Instant after(std::chrono::minutes(*rc::gen::inRange(0, 40'000'000)));
  const auto found = schedule(expression, "UTC").next(after);
  for (auto at = std::chrono::floor<std::chrono::minutes>(after) + std::chrono::minutes(1);;
       at += std::chrono::minutes(1)) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const auto of_day = (at - day).count();
    if (std::chrono::weekday(day).c_encoding() != static_cast<unsigned>(weekday) || of_day / 60 != hour)
      continue;
    if (of_day % 60 != minute && of_day % 60 != (minute + 17) % 60) continue;
    RC_ASSERT(found == Instant(at));
    return;
  }
}

}  // namespace
}  // namespace art32::workers
