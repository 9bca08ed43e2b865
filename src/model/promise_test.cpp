#include "model/promise.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace art32::model {
namespace {

using namespace std::chrono_literals;
constexpr auto de = Language::german;
constexpr auto en = Language::english;

Promise duration(std::chrono::milliseconds value) {
  return {"retention", PromiseType::duration, value};
}

TEST(Promise, says_a_duration_in_the_words_of_the_language) {
  EXPECT_EQ(format(duration(720h), de), "30 Tage");
  EXPECT_EQ(format(duration(720h), en), "30 days");
  EXPECT_EQ(format(duration(1h), de), "1 Stunde");
  EXPECT_EQ(format(duration(1h), en), "1 hour");
  EXPECT_EQ(format(duration(90min), de), "90 Minuten");
  EXPECT_EQ(format(duration(250ms), en), "250 milliseconds");
  EXPECT_EQ(format(duration(24h * 36500), de), "36.500 Tage");
}

TEST(Promise, puts_days_into_the_german_dative) {
  EXPECT_EQ(format(duration(720h), de, Form::dative), "30 Tagen");
  EXPECT_EQ(format(duration(4h), de, Form::dative), "4 Stunden");
  EXPECT_EQ(format(duration(1h), de, Form::dative), "1 Stunde");
  EXPECT_EQ(format(duration(720h), en, Form::dative), "30 days");
}

TEST(Promise, keeps_hours_below_four_days) {
  EXPECT_EQ(format_duration(24h, de), "24 Stunden");
  EXPECT_EQ(format_duration(72h, en), "72 hours");
  EXPECT_EQ(format_duration(96h, de), "4 Tage");
  EXPECT_EQ(format_duration(100h, de), "100 Stunden");
  EXPECT_EQ(format_duration(0ms, de), "0 Tage");
}

TEST(Promise, says_numbers_dates_and_words_in_the_language) {
  EXPECT_EQ(format({"n", PromiseType::count, std::int64_t{1234567}}, de), "1.234.567");
  EXPECT_EQ(format({"n", PromiseType::count, std::int64_t{1000}}, en), "1,000");
  EXPECT_EQ(format({"n", PromiseType::count, std::int64_t{999}}, en), "999");
  EXPECT_EQ(format({"p", PromiseType::percentage, 99.9}, de), "99,9 %");
  EXPECT_EQ(format({"p", PromiseType::percentage, 99.9}, en), "99.9 %");
  const auto date = *base::parse_iso_date("2026-11-03");
  EXPECT_EQ(format({"d", PromiseType::date, date}, de), "03.11.2026");
  EXPECT_EQ(format({"d", PromiseType::date, date}, en), "3 November 2026");
  const Text country{"Deutschland", "Germany"};
  EXPECT_EQ(format({"w", PromiseType::words, country}, de), "Deutschland");
  EXPECT_EQ(format({"w", PromiseType::words, country}, en), "Germany");
}

TEST(Promise, has_one_canonical_spelling) {
  EXPECT_EQ(canonical(duration(720h)), "30d");
  EXPECT_EQ(canonical(duration(72h)), "3d");
  EXPECT_EQ(canonical(duration(90min)), "90m");
  EXPECT_EQ(canonical(duration(1500ms)), "1500ms");
  EXPECT_EQ(canonical({"p", PromiseType::percentage, 99.95}), "99.95");
  EXPECT_EQ(canonical({"w", PromiseType::words, Text{"a\"b", "c"}}), R"({"de":"a\"b","en":"c"})");
}

TEST(Promise, canonical_durations_read_back_as_themselves) {
  rc::check([] {
    const std::chrono::milliseconds value{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)};
    const auto again = base::parse_duration(canonical(duration(value)));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == value);
  });
}

TEST(Promise, names_its_types_both_ways) {
  for (const auto type : {PromiseType::duration, PromiseType::count, PromiseType::percentage,
                          PromiseType::date, PromiseType::text, PromiseType::words})
    EXPECT_EQ(parse_promise_type(name(type)), type);
  EXPECT_FALSE(parse_promise_type("Duration"));
}

}  // namespace
}  // namespace art32::model
