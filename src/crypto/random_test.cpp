#include "crypto/random.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace art32::crypto {
namespace {

TEST(Random, gives_other_octets_each_time) {
  std::set<base::Bytes> seen;
  for (int i = 0; i < 100; ++i)
    seen.insert(random_bytes(16));
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(random_bytes(0).size(), 0U);
  EXPECT_EQ(random_secret(32).size(), 32U);
}

TEST(Random, draws_letters_and_digits_evenly) {
  constexpr std::size_t draws = 62'000;
  std::map<char, int> counts;
  for (const char letter : random_alphanumeric(draws))
    ++counts[letter];
  EXPECT_EQ(counts.size(), 62U);
  // Expected 1000 each with a deviation of 31; modulo bias would give 1210.
  for (const auto& entry : counts) {
    EXPECT_GT(entry.second, 800) << entry.first;
    EXPECT_LT(entry.second, 1200) << entry.first;
  }
}

}  // namespace
}  // namespace art32::crypto
