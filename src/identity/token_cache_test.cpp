#include "identity/token_cache.h"

#include <gtest/gtest.h>

#include "identity/token_uses.h"

namespace art32::identity {
namespace {

std::shared_ptr<const KnownToken> known(std::string_view token, std::int64_t id) {
  return std::make_shared<KnownToken>(KnownToken{
      crypto::sha256(base::as_bytes(token)), {TokenId(id), {{"red"}, UserId(1)}, "t", {}}, {}, {}});
}

std::int64_t id_of(TokenCache& cache, std::string_view token) {
  const auto found = cache.find(crypto::sha256(base::as_bytes(token)));
  return found == nullptr ? 0 : found->holder.token.value;
}

TEST(TokenCache, keeps_those_used_lately_and_no_more_than_so_many) {
  TokenCache cache(2);
  cache.put(known("one", 1));
  cache.put(known("two", 2));
  EXPECT_EQ(id_of(cache, "one"), 1);
  cache.put(known("three", 3));
  EXPECT_EQ(id_of(cache, "two"), 0) << "not used for longest";
  EXPECT_EQ(id_of(cache, "one"), 1);
  EXPECT_EQ(id_of(cache, "three"), 3);
  EXPECT_EQ(cache.size(), 2U);
  cache.put(known("three", 4));
  EXPECT_EQ(id_of(cache, "three"), 4) << "the newest of one token";
  EXPECT_EQ(cache.size(), 2U);
}

TEST(TokenCache, forgets) {
  TokenCache cache(8), none(0);
  cache.put(known("one", 1));
  cache.put(known("two", 2));
  cache.forget(crypto::sha256(base::as_bytes("one")));
  cache.forget(crypto::sha256(base::as_bytes("unknown")));
  EXPECT_EQ(id_of(cache, "one"), 0);
  EXPECT_EQ(id_of(cache, "two"), 2);
  cache.clear();
  EXPECT_EQ(id_of(cache, "two"), 0);
  none.put(known("one", 1));
  EXPECT_EQ(none.size(), 0U);
}

TEST(TokenCache, tells_digests_apart_that_begin_alike) {
  TokenCache cache(8);
  auto one = *known("one", 1), two = one;
  two.digest.back() ^= 1U;
  two.holder.token = TokenId(2);
  cache.put(std::make_shared<KnownToken>(one));
  EXPECT_EQ(cache.find(two.digest), nullptr);
  cache.put(std::make_shared<KnownToken>(two));
  EXPECT_EQ(cache.find(two.digest)->holder.token, TokenId(2));
  EXPECT_EQ(cache.find(one.digest), nullptr) << "of two, the later is known";
}

TEST(TokenUses, keep_the_last_use_of_each_and_no_more_than_so_many) {
  const base::Instant then{}, later = then + std::chrono::hours(1);
  TokenUses uses(2);
  uses.note(TokenId(1), then);
  uses.note(TokenId(1), later);
  uses.note(TokenId(2), then);
  uses.note(TokenId(3), then);
  EXPECT_EQ(uses.waiting(), 2U);
  EXPECT_EQ(uses.dropped(), 1U);
  const auto first = uses.take(1), second = uses.take(9);
  ASSERT_EQ(first.size() + second.size(), 2U);
  for (const auto& [token, at] : {first.front(), second.front()})
    EXPECT_EQ(at, token == TokenId(1) ? later : then);
  EXPECT_TRUE(uses.take(9).empty());
}

TEST(TokenUses, that_were_not_written_wait_on_behind_later_ones) {
  const base::Instant then{}, later = then + std::chrono::hours(1);
  TokenUses uses(2);
  uses.note(TokenId(1), then);
  const auto taken = uses.take(9);
  uses.note(TokenId(1), later);
  uses.put_back(taken);
  EXPECT_EQ(uses.take(9).front().second, later);
  uses.note(TokenId(2), then);
  uses.note(TokenId(3), then);
  uses.put_back(taken);
  EXPECT_EQ(uses.dropped(), 1U);
}

}  // namespace
}  // namespace art32::identity
