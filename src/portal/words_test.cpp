#include "portal/words.h"

#include <gtest/gtest.h>

#include "portal/phrases.h"

namespace art32::portal {

namespace {

constexpr auto german = model::Language::german;
constexpr auto english = model::Language::english;
const base::Instant moment_of_test = *base::parse_rfc3339("2026-03-09T07:05:59Z");

TEST(Words, write_dates_as_readers_of_the_language_do) {
  EXPECT_EQ(moment(moment_of_test, german), "09.03.2026, 07:05 UTC");
  EXPECT_EQ(moment(moment_of_test, english), "9 March 2026, 07:05 UTC");
}

TEST(Words, say_ages_with_the_right_number) {
  const auto after = [](std::chrono::seconds age_in_seconds, model::Language language) {
    return age(moment_of_test, moment_of_test + age_in_seconds, language);
  };
  EXPECT_EQ(after(std::chrono::seconds(59), german), "gerade eben");
  EXPECT_EQ(after(std::chrono::seconds(-5), english), "just now");
  EXPECT_EQ(after(std::chrono::seconds(60), german), "vor 1 Minute");
  EXPECT_EQ(after(std::chrono::minutes(3), english), "3 minutes ago");
  EXPECT_EQ(after(std::chrono::hours(1), german), "vor 1 Stunde");
  EXPECT_EQ(after(std::chrono::hours(47), english), "47 hours ago");
  EXPECT_EQ(after(std::chrono::hours(48), german), "vor 2 Tagen");
}

TEST(Words, group_digits_and_shorten_durations) {
  EXPECT_EQ(grouped(1'234'567, german), "1.234.567");
  EXPECT_EQ(grouped(999, english), "999");
  EXPECT_EQ(grouped(1000, english), "1,000");
  EXPECT_EQ(elapsed(std::chrono::microseconds(1'250'000), german), "1,2 s");
  EXPECT_EQ(elapsed(std::chrono::microseconds(412'900), english), "412 ms");
}

TEST(Phrases, fill_in_values_and_leave_other_braces_alone) {
  static constexpr Phrase phrase{"{0} und {1}, {x} {9}", "{1} and {0} {"};
  EXPECT_EQ(say(phrase, german, {"a", "{1}"}), "a und {1}, {x} {9}");
  EXPECT_EQ(say(phrase, english, {"a", "b"}), "b and a {");
}

}  // namespace

}  // namespace art32::portal
