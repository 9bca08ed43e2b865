#include "gateway/startup_options.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::gateway {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;
using base::ErrorCode;

Settings settings(std::string_view text) {
  const auto parsed = parse_startup_options(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Settings());
}

ErrorCode error(std::string_view text) {
  const auto parsed = parse_startup_options(text);
  EXPECT_FALSE(parsed.has_value()) << text;
  return parsed.has_value() ? ErrorCode::internal : parsed.error().code;
}

TEST(StartupOptions, all_three_ways_to_write_a_setting) {
  EXPECT_EQ(settings("-c geqo=off -cwork_mem=1MB --statement_timeout=5s"),
            (Settings{{"geqo", "off"}, {"work_mem", "1MB"}, {"statement_timeout", "5s"}}));
  EXPECT_EQ(settings("  \t-c  a.b=c\n"), (Settings{{"a.b", "c"}}));
  EXPECT_EQ(settings(""), Settings());
}

TEST(StartupOptions, a_backslash_takes_the_next_character_as_it_is) {
  EXPECT_EQ(settings(R"(-c search_path=a,\ b --x=\\y)"), (Settings{{"search_path", "a, b"}, {"x", "\\y"}}));
  EXPECT_EQ(settings("-c a=b\\"), (Settings{{"a", "b"}}));
}

TEST(StartupOptions, a_dash_in_a_name_is_an_underscore_and_a_value_may_hold_anything) {
  EXPECT_EQ(settings("--lock-timeout=-1 -c x=a=b"), (Settings{{"lock_timeout", "-1"}, {"x", "a=b"}}));
  EXPECT_EQ(settings("-c x="), (Settings{{"x", ""}}));
}

TEST(StartupOptions, what_is_no_setting_is_refused) {
  EXPECT_EQ(error("-d 5"), ErrorCode::unsupported);
  EXPECT_EQ(error("-P"), ErrorCode::unsupported);
  EXPECT_EQ(error("geqo=off"), ErrorCode::unsupported);
  EXPECT_EQ(error("-c"), ErrorCode::invalid_argument);
  EXPECT_EQ(error("--"), ErrorCode::invalid_argument);
  EXPECT_EQ(error("-c geqo"), ErrorCode::invalid_argument);
  EXPECT_EQ(error("--=x"), ErrorCode::invalid_argument);
  EXPECT_EQ(error(std::string(base::limits::gateway_options_octets + 1, ' ')), ErrorCode::exhausted);
}

}  // namespace
}  // namespace art32::gateway
