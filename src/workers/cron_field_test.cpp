#include "workers/cron_field.h"

#include <gtest/gtest.h>

namespace art32::workers {
namespace {

constexpr std::string_view words[] = {"one", "two", "three", "four", "five"};
constexpr CronField field{"number", 1, 9, words};

std::uint64_t bits(std::initializer_list<unsigned> values) {
  std::uint64_t set = 0;
  for (const unsigned value : values)
    set |= std::uint64_t{1} << value;
  return set;
}

TEST(CronField, reads_lists_ranges_steps_and_names) {
  EXPECT_EQ(parse_cron_field(field, "*"), bits({1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(parse_cron_field(field, "3"), bits({3}));
  EXPECT_EQ(parse_cron_field(field, "3,1,9"), bits({1, 3, 9}));
  EXPECT_EQ(parse_cron_field(field, "2-4,8"), bits({2, 3, 4, 8}));
  EXPECT_EQ(parse_cron_field(field, "*/3"), bits({1, 4, 7}));
  EXPECT_EQ(parse_cron_field(field, "2-8/3"), bits({2, 5, 8}));
  EXPECT_EQ(parse_cron_field(field, "Two-FOUR,7"), bits({2, 3, 4, 7}));
}

TEST(CronField, names_itself_and_the_part_at_fault) {
  for (const char* text : {"",
                           "0",
                           "10",
                           "x",
                           "1,",
                           ",1",
                           "4-2",
                           "1-",
                           "-1",
                           "*/0",
                           "*/10",
                           "*/",
                           "*/x",
                           "3/2",
                           "1--2",
                           "**",
                           "1 2",
                           "+1",
                           "99999999999999999999",
                           "two/2"}) {
    const auto refused = parse_cron_field(field, text);
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().code, base::ErrorCode::configuration);
    EXPECT_EQ(refused.error().what.substr(0, 8), "number: ");
  }
  EXPECT_EQ(parse_cron_field(field, "1,77").error().what, "number: \"77\" is wrong");
}

}  // namespace
}  // namespace art32::workers
