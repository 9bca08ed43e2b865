#include "base/time.h"

#include <gtest/gtest.h>

namespace art32::base {
namespace {

using namespace std::chrono_literals;

TEST(Time, writes_and_reads_rfc_3339) {
  const Instant instant = *parse_iso_date("2026-11-23") + 16h + 51min + 54s + 123456us;
  EXPECT_EQ(rfc3339(instant), "2026-11-23T16:51:54.123456Z");
  EXPECT_EQ(rfc3339_seconds(instant), "2026-11-23T16:51:54Z");
  EXPECT_EQ(parse_rfc3339("2026-11-23T16:51:54.123456Z"), instant);
  EXPECT_EQ(parse_rfc3339("2026-11-23T16:51:54.1Z"), instant - 23456us);
  EXPECT_EQ(parse_rfc3339("2026-11-23T16:51:54Z"), instant - 123456us);
}

TEST(Time, refuses_dates_that_do_not_exist) {
  for (const std::string_view wrong : {"2026-02-29", "2026-13-01", "2026-1-01", "26-01-01", ""})
    EXPECT_FALSE(parse_iso_date(wrong).has_value()) << wrong;
  for (const std::string_view wrong : {"2026-11-23T24:00:00Z", "2026-11-23T16:51:54", "2026-11-23T16:51:54.Z",
                                       "2026-11-23T16:51:54.1234567Z", "2026-11-23 16:51:54Z"})
    EXPECT_FALSE(parse_rfc3339(wrong).has_value()) << wrong;
}

TEST(Time, writes_http_dates) {
  // RFC 9110 section 5.6.7.
  EXPECT_EQ(http_date(*parse_rfc3339("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Duration, needs_a_number_and_one_unit) {
  EXPECT_EQ(parse_duration("30d"), std::chrono::milliseconds(std::chrono::days(30)));
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("4h"), 4h);
  for (const std::string_view wrong : {"", "30", "d", "-1d", "1.5h", "3 d", "1h30m", "99999999999d"})
    EXPECT_FALSE(parse_duration(wrong).has_value()) << wrong;
}

}  // namespace
}  // namespace art32::base
