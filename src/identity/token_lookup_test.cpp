#include <fmt/core.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <atomic>
#include <thread>

#include "base/text.h"
#include "crypto/random.h"
#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using namespace std::chrono_literals;

class TokenLookupTest : public testing::CustomersTest {};

TEST_F(TokenLookupTest, yields_what_a_claim_needs_in_both_forms) {
  const std::string shown =
      tokens.issue({red, erika}, "deploy", {{"orders:read"}}, std::nullopt)
          .map([](const IssuedToken& issued) { return std::string(issued.shown.text()); })
          .value();
  for (const bool is_cold : {true, false})
    for (const std::string& presented : {shown, without_id(shown)}) {
      if (is_cold) cache.clear();
      const auto holder = look_up(presented);
      ASSERT_TRUE(holder.has_value());
      EXPECT_EQ(holder->member, (Member{red, erika}));
      EXPECT_EQ(holder->token, TokenId(1));
      EXPECT_EQ(holder->name, "deploy");
      EXPECT_EQ(holder->actor(), (model::Actor{model::ActorKind::token, "1"}));
      EXPECT_TRUE(holder->abilities.allow("orders:read"));
      EXPECT_FALSE(holder->abilities.allow("orders:write"));
    }
}

TEST_F(TokenLookupTest, refuses_another_tokens_id_known_or_not) {
  const std::string one = issue({red, erika}), two = issue({blue, max});
  for (const bool is_cold : {true, false}) {
    if (!is_cold) {
      ASSERT_TRUE(look_up(one) && look_up(two));
    }
    EXPECT_FALSE(look_up("2|" + without_id(one)));
    EXPECT_FALSE(look_up("1|" + without_id(two)));
    EXPECT_FALSE(look_up("3|" + without_id(one)));
    EXPECT_FALSE(look_up("0|" + without_id(one)));
  }
  EXPECT_TRUE(look_up("01|" + without_id(one))) << "digits, as Laravel's ctype_digit takes them";
}

TEST_F(TokenLookupTest, refuses_whatever_is_no_token) {
  const std::string shown = issue({red, erika}), token = without_id(shown);
  std::string wrong_checksum = shown, wrong_letter = shown;
  wrong_checksum.back() = wrong_checksum.back() == '0' ? '1' : '0';
  wrong_letter[10] = wrong_letter[10] == 'a' ? 'b' : 'a';
  const std::string nul(1, '\0');
  for (const std::string& presented : {std::string(),
                                       std::string("|"),
                                       std::string("1|"),
                                       "|" + token,
                                       "-1|" + token,
                                       " " + shown,
                                       shown + " ",
                                       shown + nul,
                                       nul + shown,
                                       "1" + nul + "|" + token,
                                       "1|" + nul + token,
                                       "1||" + token,
                                       "1|1|" + token,
                                       "9223372036854775808|" + token,
                                       "18446744073709551615|" + token,
                                       "18446744073709551617|" + token,
                                       "\xef\xbc\x91|" + token,
                                       "1\xef\xbd\x9c" + token,
                                       shown.substr(0, shown.size() - 1),
                                       wrong_checksum,
                                       wrong_letter,
                                       std::string("art32_"),
                                       "1|" + crypto::api_token_hash(token),
                                       crypto::api_token_hash(token),
                                       std::string("' OR 1=1 --"),
                                       std::string("1|' OR '1'='1"),
                                       std::string("\xff\xfe\xfd"),
                                       std::string("%"),
                                       std::string(512, '9'),
                                       testing::ten_megabytes_of('a'),
                                       "1|" + testing::ten_megabytes_of('a'),
                                       testing::ten_megabytes_of('1') + "|" + token,
                                       shown + shown})
    EXPECT_FALSE(look_up(presented)) << presented.substr(0, 80);
  for (std::size_t length = 0; length < shown.size(); ++length)
    EXPECT_FALSE(look_up(shown.substr(0, length)));
  EXPECT_TRUE(look_up(shown));
}

TEST_F(TokenLookupTest, knows_no_token_from_another_ones_octets) {
  std::vector<std::string> issued;
  for (int i = 0; i < 20; ++i)
    issued.push_back(issue(i % 2 == 0 ? Member{red, erika} : Member{blue, max}));
  // Any change of any octet of any of them is refused, and all stay what they are.
  const bool holds = rc::check("a changed token is refused", [&] {
    std::string changed = *rc::gen::elementOf(issued);
    const std::string original = changed;
    const auto place = *rc::gen::inRange<std::size_t>(0, changed.size());
    changed[place] = *rc::gen::arbitrary<char>();
    RC_PRE(changed != original);
    const auto holder = tokens.look_up(changed);
    RC_ASSERT(holder.has_value());
    RC_ASSERT(!holder->has_value());
  });
  EXPECT_TRUE(holds);
  const bool finds_none = rc::check("random octets are no token", [&] {
    const auto octets = *rc::gen::arbitrary<std::string>();
    RC_ASSERT(!tokens.look_up(octets).value().has_value());
    RC_ASSERT(!tokens.look_up("1|" + octets).value().has_value());
  });
  EXPECT_TRUE(finds_none);
  for (int i = 0; i < 200; ++i) {
    const base::Secret made = crypto::make_api_token("art32_");
    EXPECT_FALSE(look_up(made.text())) << "well formed, and never issued";
    EXPECT_FALSE(look_up(fmt::format("{}|{}", i, made.text())));
  }
  for (std::size_t i = 0; i < issued.size(); ++i)
    for (const std::string& presented : {issued[i], without_id(issued[i])})
      EXPECT_EQ(look_up(presented)->token.value, static_cast<std::int64_t>(i + 1));
}

TEST_F(TokenLookupTest, ends_a_token_at_its_expiry_to_the_microsecond) {
  const std::string token = issue({red, erika}, clock.now() + 1h);
  EXPECT_TRUE(look_up(token));
  clock.advance(1h - 1us);
  EXPECT_TRUE(look_up(token));
  clock.advance(1us);
  EXPECT_FALSE(look_up(token)) << "from the cache";
  cache.clear();
  EXPECT_FALSE(look_up(token)) << "from the store";
}

TEST_F(TokenLookupTest, ends_every_token_at_the_life_of_all) {
  const std::string lasting = issue({red, erika}), passing = issue({red, erika}, clock.now() + 30min);
  tokens.set_life(1h);
  clock.advance(30min);
  EXPECT_FALSE(look_up(passing)) << "its own expiry is sooner";
  clock.advance(30min - 1us);
  EXPECT_TRUE(look_up(lasting));
  clock.advance(1us);
  EXPECT_FALSE(look_up(lasting));
  tokens.set_life(2h);
  EXPECT_TRUE(look_up(lasting)) << "it is computed, not stored";
  tokens.set_life(std::nullopt);
  clock.advance(24h * 365);
  EXPECT_TRUE(look_up(lasting));
  EXPECT_FALSE(look_up(passing));
}

TEST_F(TokenLookupTest, says_so_where_the_store_contradicts_itself) {
  const std::string token = issue({red, erika});
  ASSERT_TRUE(database.run("UPDATE personal_access_tokens SET abilities = '{\"all\":true}'"));
  EXPECT_EQ(tokens.look_up(token).error().code, base::ErrorCode::corrupt);
  ASSERT_TRUE(database.run("UPDATE personal_access_tokens SET abilities = '[]', expires_at = 'never'"));
  EXPECT_EQ(tokens.look_up(token).error().code, base::ErrorCode::corrupt);
  ASSERT_TRUE(database.run("UPDATE personal_access_tokens SET abilities = NULL, expires_at = NULL"));
  ASSERT_TRUE(look_up(token));
  EXPECT_FALSE(look_up(token)->abilities.allow("*")) << "no abilities grant nothing";
}

TEST_F(TokenLookupTest, writes_the_last_use_later_and_together) {
  const std::string one = issue({red, erika}), two = issue({blue, max});
  const auto used = [this](int id) {
    return stored(fmt::format("SELECT last_used_at FROM personal_access_tokens WHERE id = {}", id));
  };
  EXPECT_EQ(tokens.flush(clock.now()).value(), 0U);
  look_up(one);
  clock.advance(5s);
  look_up(one);
  look_up(two);
  EXPECT_EQ(used(1), "") << "never on the way of a look-up";
  EXPECT_EQ(tokens.flush(clock.now()).value(), 0U) << "not yet";
  EXPECT_EQ(tokens.uses().waiting(), 2U);
  clock.advance(base::limits::token_uses_wait);
  EXPECT_EQ(tokens.flush(clock.now()).value(), 2U);
  EXPECT_EQ(used(1), "2026-11-30T12:00:05.000000Z");
  EXPECT_EQ(used(2), "2026-11-30T12:00:05.000000Z");
  EXPECT_EQ(stored("SELECT updated_at FROM personal_access_tokens WHERE id = 1"),
            "2026-11-30T12:00:05.000000Z");
  EXPECT_EQ(tokens.list(erika)->front().last_used, clock.now() - base::limits::token_uses_wait);
  EXPECT_EQ(tokens.uses().waiting(), 0U);
  look_up(two);
  ASSERT_TRUE(tokens.revoke(TokenId(2)));
  EXPECT_EQ(tokens.flush_all().value(), 1U) << "of a token that is gone meanwhile: no harm";
}

TEST_F(TokenLookupTest, writes_the_last_uses_at_once_when_there_are_many) {
  ASSERT_TRUE(tokens.flush(clock.now()));
  std::vector<TokenRow> rows;
  std::vector<std::string> presented;
  for (std::size_t i = 1; i <= base::limits::token_uses_batch; ++i) {
    presented.push_back(fmt::format("plain {}", i));
    rows.push_back({static_cast<std::int64_t>(i), "user", "1", "old",
                    crypto::api_token_hash(presented.back()), "[]", std::nullopt, std::nullopt, clock.now(),
                    clock.now()});
  }
  const auto find_holder = [this](std::string_view, std::string_view) {
    return NamedMember{red, "erika@example.com"};
  };
  ASSERT_TRUE(import_tokens(sealed, rows, find_holder, ImportMode::write));
  presented.pop_back();
  for (const std::string& token : presented)
    ASSERT_TRUE(look_up(token));
  EXPECT_EQ(tokens.flush(clock.now()).value(), 0U);
  ASSERT_TRUE(look_up("plain 1000"));
  EXPECT_EQ(tokens.flush(clock.now()).value(), base::limits::token_uses_batch);
}

TEST_F(TokenLookupTest, goes_on_without_the_store_for_tokens_used_lately) {
  const std::string token = issue({red, erika});
  ASSERT_TRUE(look_up(token));
  const std::lock_guard busy(mutex);
  EXPECT_TRUE(look_up(token));
}

// A token that revoke() has returned for is refused from then on, however many look it up.
TEST_F(TokenLookupTest, never_accepts_a_token_after_its_revocation_returned) {
  for (int round = 0; round < 30; ++round) {
    const std::string token = issue({red, erika}), plain = without_id(token);
    const TokenId id(static_cast<std::int64_t>(*base::parse_number(token.substr(0, token.find('|')))));
    std::atomic<bool> is_revoked = false, is_stopped = false;
    std::atomic<int> late = 0, accepted = 0;
    std::vector<std::jthread> readers;
    for (int number = 0; number < 3; ++number)
      readers.emplace_back([&, number] {
        while (!is_stopped) {
          if (number == 2) cache.forget(crypto::sha256(base::as_bytes(plain)));  // so that the store is read
          const bool was_revoked = is_revoked;
          const auto holder = tokens.look_up(number == 0 ? token : plain);
          if (!holder || !*holder) continue;
          ++accepted;
          if (was_revoked) ++late;
        }
      });
    while (accepted < 3)
      std::this_thread::yield();
    ASSERT_TRUE(tokens.revoke(id));
    is_revoked = true;
    std::this_thread::sleep_for(1ms);
    is_stopped = true;
    readers.clear();
    EXPECT_EQ(late, 0);
    EXPECT_FALSE(look_up(token));
    ASSERT_EQ(cache.size(), 0U);
  }
}

}  // namespace
}  // namespace art32::identity
