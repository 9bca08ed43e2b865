#include <gmock/gmock.h>

#include "base/limits.h"
#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using namespace std::chrono_literals;

class TokenImportTest : public testing::CustomersTest {
 protected:
  TokenRow row(std::int64_t id, std::string_view token) const {
    return {id,
            "App\\Models\\User",
            "4711",
            "old token",
            crypto::api_token_hash(token),
            R"(["orders:read","a\/b"])",
            clock.now() - 2h,
            clock.now() + 24h,
            clock.now() - 48h,
            clock.now() - 2h};
  }
  base::Result<std::size_t> import_rows(const std::vector<TokenRow>& rows) {
    return tokens.import_rows(rows, [this](std::string_view type, std::string_view id) {
      const bool is_known = type == "App\\Models\\User" && id == "4711";
      return is_known ? std::optional<Member>({red, erika}) : std::nullopt;
    });
  }
};

TEST_F(TokenImportTest, takes_over_what_clients_hold) {
  const std::string old_form(80, 'k');  // of before there were prefixes
  ASSERT_EQ(import_rows({row(17, old_form), row(23, "art32")}).value(), 2U);
  for (const std::string& presented : {"17|" + old_form, old_form}) {
    const auto holder = look_up(presented);
    ASSERT_TRUE(holder.has_value());
    EXPECT_EQ(holder->token, TokenId(17));
    EXPECT_EQ(holder->member, (Member{red, erika}));
    EXPECT_TRUE(holder->abilities.allow("a/b"));
    EXPECT_FALSE(holder->abilities.allow("*"));
  }
  const auto listed = tokens.list(erika);
  EXPECT_EQ(listed->front().created, clock.now() - 48h);
  EXPECT_EQ(listed->front().last_used, clock.now() - 2h);
  EXPECT_EQ(listed->front().expires, clock.now() + 24h);
  EXPECT_TRUE(issue({red, erika}).starts_with("24|")) << "ids go on after theirs";
  EXPECT_EQ(
      sink.records.front(),
      R"({"event":"user-tokens-imported","tokens":[{"team":"red","token":17,"user":1},{"team":"red","token":23,"user":1}]})");
}

TEST_F(TokenImportTest, refuses_duplicates_and_then_imports_nothing) {
  ASSERT_TRUE(import_rows({row(17, "one")}));
  const auto refused = [this](const std::vector<TokenRow>& rows) {
    const auto result = import_rows(rows);
    return result ? std::string() : result.error().what;
  };
  EXPECT_THAT(refused({row(18, "two"), row(17, "three")}), ::testing::HasSubstr("token 17"));
  EXPECT_THAT(refused({row(18, "two"), row(19, "one")}), ::testing::HasSubstr("token 19"));
  EXPECT_THAT(refused({row(18, "two"), row(18, "three")}), ::testing::HasSubstr("token 18"));
  EXPECT_THAT(refused({row(18, "two"), row(19, "two")}), ::testing::HasSubstr("token 19"));
  EXPECT_EQ(import_rows({row(17, "one")}).error().code, ErrorCode::already_exists);
  EXPECT_FALSE(look_up("two"));
  EXPECT_EQ(tokens.list(erika)->size(), 1U);
  EXPECT_EQ(sink.records.size(), 1U);
}

TEST_F(TokenImportTest, refuses_rows_that_are_none_of_sanctums) {
  const auto code = [this](const std::function<void(TokenRow&)>& change) {
    TokenRow changed = row(17, "one");
    change(changed);
    const auto result = import_rows({row(16, "fine"), changed});
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code([](TokenRow& row) { row.id = 0; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.id = -1; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.id = std::int64_t{1} << 53; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.token = "one"; }), ErrorCode::invalid_argument)
      << "a token in the clear";
  EXPECT_EQ(code([](TokenRow& row) { row.token = std::string(64, 'A'); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.name = "a\nb"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.abilities = "*"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.abilities = "[1]"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.expires = row.created + 24h * 365 * 9'000; }),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code([](TokenRow& row) { row.tokenable_id = "4712"; }), ErrorCode::not_found);
  EXPECT_EQ(code([](TokenRow& row) { row.tokenable_type = "App\\Models\\Bot"; }), ErrorCode::not_found);
  EXPECT_TRUE(tokens.list(erika)->empty());
  ASSERT_TRUE(memberships.remove({red, erika}));
  EXPECT_EQ(code([](TokenRow&) {}), ErrorCode::not_found) << "not in that team";
  EXPECT_EQ(import_rows({}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(import_rows(std::vector<TokenRow>(base::limits::token_change_rows + 1)).error().code,
            ErrorCode::invalid_argument);
}

TEST_F(TokenImportTest, takes_rows_without_abilities_or_times) {
  TokenRow bare = row(1, "bare");
  bare.abilities = std::nullopt;
  bare.last_used = bare.expires = std::nullopt;
  ASSERT_TRUE(import_rows({bare}));
  EXPECT_TRUE(look_up("1|bare")->abilities.words.empty());
  tokens.set_life(48h);
  EXPECT_FALSE(look_up("1|bare")) << "older than tokens may get";
}

TEST_F(TokenImportTest, imports_nothing_that_the_ledger_cannot_take) {
  sink.full = true;
  EXPECT_EQ(import_rows({row(17, "one")}).error().code, ErrorCode::exhausted);
  EXPECT_FALSE(look_up("17|one"));
}

}  // namespace
}  // namespace art32::identity
