#include "identity/refusal_counts.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::identity {
namespace {

using namespace std::chrono_literals;

class RefusalCountsTest : public testing::Test {
 protected:
  base::ManualClock clock{*base::parse_rfc3339("2026-11-23T12:00:00Z")};
  RefusalCounts counts{clock};
};

TEST_F(RefusalCountsTest, tell_the_first_at_once_and_the_rest_after_a_minute) {
  counts.add("192.0.2.1", Refusal::wrong);
  auto lines = counts.take_due();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].peer, "192.0.2.1");
  EXPECT_EQ(lines[0].wrong, 1U);
  for (int i = 0; i < 80; ++i)
    counts.add("192.0.2.1", i < 9 ? Refusal::wrong : Refusal::unchecked);
  clock.advance(59s);
  EXPECT_TRUE(counts.take_due().empty());
  clock.advance(1s);
  lines = counts.take_due();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].wrong, 9U);
  EXPECT_EQ(lines[0].unchecked, 71U);
  clock.advance(60s);
  EXPECT_TRUE(counts.take_due().empty()) << "nothing new";
}

TEST_F(RefusalCountsTest, wait_no_longer_because_the_clock_stepped_back) {
  counts.add("192.0.2.1", Refusal::wrong);
  counts.take_due();
  counts.add("192.0.2.1", Refusal::wrong);
  clock.advance(-24h);
  EXPECT_EQ(counts.take_due().size(), 1U);
}

TEST_F(RefusalCountsTest, name_the_place_of_who_has_no_address) {
  counts.add("", Refusal::wrong);
  ASSERT_EQ(counts.take_due().size(), 1U);
  counts.add("", Refusal::wrong);
  clock.advance(60s);
  EXPECT_EQ(counts.take_due().at(0).peer, "unix socket");
}

TEST_F(RefusalCountsTest, put_a_crowd_into_one_line) {
  const std::size_t crowd = 10 * base::limits::sign_in_logged_peers;
  for (std::size_t i = 0; i < crowd; ++i)
    counts.add("2001:db8::" + std::to_string(i), Refusal::wrong);
  const auto lines = counts.take_due();
  EXPECT_EQ(lines.size(), base::limits::sign_in_logged_peers + 1);
  std::uint64_t sum = 0;
  for (const RefusalLine& line : lines)
    sum += line.wrong;
  EXPECT_EQ(sum, crowd);
}

}  // namespace
}  // namespace art32::identity
