#include <gmock/gmock.h>

#include <map>

#include "base/limits.h"
#include "identity/customers_testing.h"
#include "identity/token_import.h"

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
  base::Result<Imported> import_rows(const std::vector<TokenRow>& rows, ImportMode mode = ImportMode::write) {
    const auto find_holder = [this](std::string_view type,
                                    std::string_view id) -> std::optional<NamedMember> {
      const auto found = holders.find(std::string(id));
      if (type != "App\\Models\\User" || found == holders.end()) return std::nullopt;
      return found->second;
    };
    return import_tokens(sealed, rows, find_holder, mode);
  }
  std::string refusal(const std::vector<TokenRow>& rows, ImportMode mode = ImportMode::write) {
    const auto result = import_rows(rows, mode);
    return result ? std::string() : result.error().what;
  }

  std::map<std::string, NamedMember> holders{{"4711", {red, "Erika@example.com"}}};
};

TEST_F(TokenImportTest, takes_over_what_clients_hold) {
  const std::string old_form(80, 'k');  // of before there were prefixes
  ASSERT_EQ(import_rows({row(17, old_form), row(23, "art32")}).value().taken, 2U);
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

TEST_F(TokenImportTest, refuses_contradictions_and_then_imports_nothing) {
  ASSERT_TRUE(import_rows({row(17, "one")}));
  EXPECT_EQ(refusal({row(18, "two"), row(17, "three")}),
            "token 17 of team \"red\" and erika@example.com contradicts what is here: token 17 of team "
            "\"red\" and erika@example.com, with another SHA-256");
  EXPECT_EQ(refusal({row(18, "two"), row(19, "one")}),
            "token 19 of team \"red\" and erika@example.com contradicts what is here: token 17 of team "
            "\"red\" and erika@example.com, with the same SHA-256");
  EXPECT_THAT(refusal({row(18, "two"), row(18, "three")}), ::testing::HasSubstr("token 18"));
  EXPECT_THAT(refusal({row(18, "two"), row(19, "two")}), ::testing::HasSubstr("token 19"));
  holders["4711"] = {blue, "erika@example.com"};
  EXPECT_EQ(import_rows({row(17, "one")}).error().code, ErrorCode::already_exists) << "for another team";
  holders["4711"] = {red, "max@example.com"};
  EXPECT_EQ(import_rows({row(17, "one")}).error().code, ErrorCode::already_exists) << "of somebody else";
  EXPECT_FALSE(look_up("two"));
  EXPECT_EQ(tokens.list(erika)->size(), 1U);
  EXPECT_EQ(sink.records.size(), 1U);
}

TEST_F(TokenImportTest, passes_over_what_is_here_already) {
  ASSERT_TRUE(import_rows({row(17, "one"), row(18, "two")}));
  const Imported again = import_rows({row(17, "one"), row(18, "two"), row(19, "three")}).value();
  EXPECT_EQ(again.taken, 1U);
  EXPECT_EQ(again.there, 2U);
  EXPECT_EQ(import_rows({row(17, "one")}).value().there, 1U);
  EXPECT_EQ(sink.records.back(),
            R"({"event":"user-tokens-imported","tokens":[{"team":"red","token":19,"user":1}]})");
  EXPECT_EQ(sink.records.size(), 2U) << "nothing is sealed where nothing changed";
}

// The application's table still has them: a second run mustn't give them back.
TEST_F(TokenImportTest, lets_what_was_revoked_here_stay_so) {
  const std::vector<TokenRow> rows{row(17, "one"), row(18, "two")};
  ASSERT_TRUE(import_rows(rows));
  ASSERT_TRUE(tokens.revoke(TokenId(17)));
  EXPECT_EQ(import_rows(rows).value().removed, 1U);
  EXPECT_FALSE(look_up("17|one"));
  EXPECT_TRUE(look_up("18|two"));
  EXPECT_THAT(refusal({row(17, "another")}), ::testing::HasSubstr("token 17 was another one"));
  ASSERT_TRUE(users.remove(erika));
  EXPECT_EQ(import_rows(rows).value().removed, 2U) << "went with their user";
  EXPECT_FALSE(users.find("erika@example.com").value()) << "who doesn't come back for them either";
}

TEST_F(TokenImportTest, makes_team_user_and_membership_in_the_same_change) {
  holders["4712"] = {{"green"}, "Nina@example.com"};
  TokenRow green = row(18, "two");
  green.tokenable_id = "4712";
  TokenRow bad = row(19, "three");
  bad.abilities = "*";
  ASSERT_FALSE(import_rows({green, bad}));
  TokenRow of_nobody = row(19, "three");
  of_nobody.tokenable_id = "0";
  ASSERT_FALSE(import_rows({green, of_nobody}));
  EXPECT_EQ(import_rows({green, row(19, "three")}, ImportMode::check).value().taken, 2U);
  EXPECT_FALSE(teams.find({"green"}).value());
  EXPECT_FALSE(users.find("nina@example.com").value());
  EXPECT_TRUE(sink.records.empty());
  ASSERT_TRUE(import_rows({green, row(19, "three")}));
  EXPECT_EQ(look_up("18|two")->member.team.value, "green");
  EXPECT_THAT(
      sink.records,
      ::testing::ElementsAre(
          R"({"event":"team-added","name":"green","team":"green"})", R"({"event":"user-added","user":3})",
          R"({"event":"member-added","team":"green","user":3})",
          R"({"event":"user-tokens-imported","tokens":[{"team":"green","token":18,"user":3},{"team":"red","token":19,"user":1}]})"));
}

TEST_F(TokenImportTest, checks_all_that_it_would_refuse) {
  ASSERT_TRUE(import_rows({row(17, "one")}));
  EXPECT_THAT(refusal({row(17, "two")}, ImportMode::check), ::testing::HasSubstr("contradicts"));
  holders["4711"].team = {"no team"};
  EXPECT_THAT(refusal({row(18, "two")}, ImportMode::check), ::testing::StartsWith("token 18: "));
  holders["4711"] = {red, "nobody"};
  EXPECT_THAT(refusal({row(18, "two")}, ImportMode::check), ::testing::StartsWith("token 18: "));
  ASSERT_TRUE(teams.remove(blue));
  holders["4711"] = {blue, "erika@example.com"};
  EXPECT_EQ(refusal({row(18, "two")}, ImportMode::check), "token 18: team \"blue\" was removed here");
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
