#include "model/control.h"

#include <gtest/gtest.h>

namespace art32::model {
namespace {

using namespace std::chrono_literals;

const KeptValues year_or_more = DurationRange{8760h, 26'280h, 1s};
const KeptValues costs = CountRange{10, 16};
const KeptValues protocols = TextChoice{"TLS 1.3"};

Promise lasting(std::chrono::milliseconds duration) {
  return {"x", PromiseType::duration, duration};
}
Promise counting(std::int64_t count) {
  return {"x", PromiseType::count, count};
}
Promise saying(std::string text) {
  return {"x", PromiseType::text, std::move(text)};
}

TEST(Control, keeps_durations_from_end_to_end_in_whole_steps) {
  EXPECT_TRUE(keeps(year_or_more, lasting(8760h)));
  EXPECT_TRUE(keeps(year_or_more, lasting(26'280h)));
  EXPECT_TRUE(keeps(year_or_more, lasting(9000h + 1s)));
  EXPECT_FALSE(keeps(year_or_more, lasting(8760h - 1s)));
  EXPECT_FALSE(keeps(year_or_more, lasting(26'280h + 1s)));
  EXPECT_FALSE(keeps(year_or_more, lasting(9000h + 1ms)));
  EXPECT_FALSE(keeps(year_or_more, lasting(250ms)));
}

TEST(Control, keeps_counts_from_end_to_end) {
  for (const std::int64_t kept : {10, 16})
    EXPECT_TRUE(keeps(costs, counting(kept))) << kept;
  for (const std::int64_t refused : {4, 9, 17, 31})
    EXPECT_FALSE(keeps(costs, counting(refused))) << refused;
}

TEST(Control, keeps_the_listed_texts_to_the_letter) {
  EXPECT_TRUE(keeps(protocols, saying("TLS 1.3")));
  for (const char* refused : {"TLS 1.9 quantum", "tls 1.3", "TLS 1.3 ", ""})
    EXPECT_FALSE(keeps(protocols, saying(refused))) << refused;
}

TEST(Control, keeps_no_value_of_another_type) {
  EXPECT_FALSE(keeps(costs, saying("12")));
  EXPECT_FALSE(keeps(protocols, counting(3)));
  EXPECT_FALSE(keeps(year_or_more, counting(400)));
}

TEST(Control, says_its_values_as_an_annex_writes_them) {
  EXPECT_EQ(describe(year_or_more), "a duration from 365d to 1095d in steps of 1s");
  EXPECT_EQ(describe(costs), "a number from 10 to 16");
  EXPECT_EQ(describe(TextChoice{"0600", "0400"}), "\"0600\" or \"0400\"");
}

}  // namespace
}  // namespace art32::model
