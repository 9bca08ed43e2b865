#include "identity/personal_tokens.h"

#include <filesystem>

#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using namespace std::chrono_literals;

class PersonalTokensTest : public testing::CustomersTest {};

TEST_F(PersonalTokensTest, are_issued_in_sanctums_form_and_shown_once) {
  const std::string shown = issue({red, erika});
  ASSERT_TRUE(shown.starts_with("1|art32_"));
  const std::string token = without_id(shown);
  EXPECT_EQ(token.size(), 6U + 40 + 8);
  EXPECT_EQ(token.substr(46), crypto::api_token_checksum(token.substr(6, 40)));
  EXPECT_EQ(stored("SELECT token FROM personal_access_tokens"), crypto::api_token_hash(token));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string content = *base::read_text_file(entry.path());
    EXPECT_EQ(content.find(token), std::string::npos) << entry.path();
  }
  for (const std::string& record : sink.records)
    EXPECT_EQ(record.find(token), std::string::npos);
}

TEST_F(PersonalTokensTest, stand_in_sanctums_columns) {
  std::string columns;
  ASSERT_TRUE(database.query("SELECT name FROM pragma_table_info('personal_access_tokens') ORDER BY cid", {},
                             [&](const store::Row& row) { columns += row.text(0) + " "; }));
  EXPECT_EQ(
      columns,
      "id tokenable_type tokenable_id name token abilities last_used_at expires_at created_at updated_at ");
  ASSERT_TRUE(tokens.issue({red, erika}, "deploy", {{"orders:read", "say \"hi\""}}, clock.now() + 1h));
  EXPECT_EQ(stored("SELECT abilities FROM personal_access_tokens"), R"(["orders:read","say \"hi\""])");
  EXPECT_EQ(stored("SELECT expires_at FROM personal_access_tokens"), "2026-11-30T13:00:00.000000Z");
  EXPECT_EQ(stored("SELECT updated_at FROM personal_access_tokens"), "2026-11-30T12:00:00.000000Z");
}

TEST_F(PersonalTokensTest, are_issued_to_members_alone) {
  const auto code = [this](const Member& member) {
    return tokens.issue(member, "deploy", {{"*"}}, std::nullopt).error().code;
  };
  EXPECT_EQ(code({blue, erika}), ErrorCode::not_found);
  EXPECT_EQ(code({{"green"}, erika}), ErrorCode::not_found);
  EXPECT_EQ(code({red, UserId(99)}), ErrorCode::not_found);
  ASSERT_TRUE(teams.remove(red));
  EXPECT_EQ(code({red, erika}), ErrorCode::not_found);
}

TEST_F(PersonalTokensTest, are_refused_with_what_could_not_be_shown_or_kept) {
  const Member member{red, erika};
  const auto code = [&](std::string_view name, const Abilities& abilities,
                        std::optional<base::Instant> expires) {
    return tokens.issue(member, name, abilities, expires).error().code;
  };
  EXPECT_EQ(code("", {{"*"}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code("a\nb", {{"*"}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code(std::string(1'021, 'a'), {{"*"}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code("a", {{""}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code("a", {std::vector<std::string>(101, "x")}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code("a", {{"*"}}, clock.now()), ErrorCode::invalid_argument);
  EXPECT_EQ(code("a", {{"*"}}, clock.now() + 24h * 365 * 9'000), ErrorCode::invalid_argument);
  EXPECT_EQ(tokens.expire(TokenId(1), clock.now() + 24h * 365 * 9'000).error().code,
            ErrorCode::invalid_argument);
  EXPECT_TRUE(sink.records.empty());
}

TEST_F(PersonalTokensTest, are_listed_of_a_team_and_of_a_user) {
  ASSERT_TRUE(memberships.add({blue, erika}));
  issue({red, erika}, clock.now() + 1h);
  issue({blue, erika});
  issue({blue, max});
  const auto of_red = tokens.list(red);
  ASSERT_EQ(of_red->size(), 1U);
  EXPECT_EQ(of_red->front().member, (Member{red, erika}));
  EXPECT_EQ(of_red->front().name, "deploy");
  EXPECT_TRUE(of_red->front().abilities.allow("anything"));
  EXPECT_EQ(of_red->front().created, clock.now());
  EXPECT_EQ(of_red->front().expires, clock.now() + 1h);
  EXPECT_EQ(of_red->front().last_used, std::nullopt);
  const auto of_erika = tokens.list(erika);
  ASSERT_EQ(of_erika->size(), 2U);
  EXPECT_EQ(of_erika->at(1).id, TokenId(2));
  EXPECT_EQ(tokens.list(erika, TokenId(1))->size(), 1U);
  EXPECT_EQ(tokens.list(blue)->size(), 2U);
  EXPECT_TRUE(tokens.list(UserId(99))->empty());
}

TEST_F(PersonalTokensTest, end_when_revoked_and_never_give_their_id_again) {
  const std::string token = issue({red, erika});
  ASSERT_TRUE(look_up(token));
  ASSERT_TRUE(tokens.revoke(TokenId(1)));
  EXPECT_FALSE(look_up(token));
  EXPECT_FALSE(look_up(without_id(token)));
  EXPECT_EQ(tokens.revoke(TokenId(1)).error().code, ErrorCode::not_found);
  EXPECT_TRUE(issue({red, erika}).starts_with("2|"));
}

TEST_F(PersonalTokensTest, of_a_user_are_revoked_together) {
  ASSERT_TRUE(memberships.add({blue, erika}));
  const std::string one = issue({red, erika}), two = issue({blue, erika}), of_max = issue({blue, max});
  ASSERT_TRUE(look_up(one) && look_up(two));
  EXPECT_EQ(tokens.revoke_all(erika).value(), 2U);
  EXPECT_FALSE(look_up(one) || look_up(two));
  EXPECT_TRUE(look_up(of_max));
  EXPECT_EQ(sink.records.back(), R"({"event":"user-tokens-revoked","tokens":[1,2]})");
  const std::size_t records = sink.records.size();
  EXPECT_EQ(tokens.revoke_all(erika).value(), 0U);
  EXPECT_EQ(sink.records.size(), records);
}

TEST_F(PersonalTokensTest, expire_sooner_and_never_later) {
  const std::string token = issue({red, erika}, clock.now() + 2h);
  ASSERT_TRUE(look_up(token));
  EXPECT_EQ(tokens.expire(TokenId(1), clock.now() + 3h).error().code, ErrorCode::not_found);
  ASSERT_TRUE(tokens.expire(TokenId(1), clock.now() + 1h));
  EXPECT_EQ(sink.records.back(),
            R"({"event":"user-token-expires","expires":"2026-11-30T13:00:00.000000Z","token":1})");
  EXPECT_TRUE(look_up(token));
  clock.advance(1h);
  EXPECT_FALSE(look_up(token));
  EXPECT_EQ(tokens.expire(TokenId(9), clock.now()).error().code, ErrorCode::not_found);
}

TEST_F(PersonalTokensTest, are_pruned_once_they_ended_long_enough_ago) {
  issue({red, erika}, clock.now() + 1h);
  issue({red, erika}, clock.now() + 3h);
  issue({red, erika});
  clock.advance(26h);
  EXPECT_EQ(tokens.prune(clock.now() - 24h).value(), 1U);
  EXPECT_EQ(sink.records.back(), R"({"event":"user-tokens-pruned","tokens":[1]})");
  EXPECT_EQ(tokens.prune(clock.now() - 24h).value(), 0U);
  tokens.set_life(1h);
  EXPECT_EQ(tokens.prune(clock.now() - 25h).value(), 2U) << "by the life of all tokens";
  EXPECT_TRUE(tokens.list(erika)->empty());
}

TEST_F(PersonalTokensTest, seal_every_change_without_the_token) {
  ASSERT_TRUE(tokens.issue({red, erika}, "deploy", {{"a", "b"}}, clock.now() + 1h));
  issue({blue, max});
  ASSERT_TRUE(tokens.revoke(TokenId(1)));
  EXPECT_EQ(
      sink.records,
      (std::vector<std::string>{
          R"({"abilities":["a","b"],"event":"user-token-issued","expires":"2026-11-30T13:00:00.000000Z","name":"deploy","team":"red","token":1,"user":1})",
          R"({"abilities":["*"],"event":"user-token-issued","expires":null,"name":"deploy","team":"blue","token":2,"user":2})",
          R"({"event":"user-token-revoked","team":"red","token":1,"user":1})"}));
}

TEST_F(PersonalTokensTest, change_nothing_that_the_ledger_cannot_take) {
  const std::string token = issue({red, erika}, clock.now() + 1h);
  sink.full = true;
  EXPECT_EQ(tokens.issue({red, erika}, "t", {{"*"}}, std::nullopt).error().code, ErrorCode::exhausted);
  EXPECT_EQ(tokens.revoke(TokenId(1)).error().code, ErrorCode::exhausted);
  EXPECT_EQ(tokens.revoke_all(erika).error().code, ErrorCode::exhausted);
  EXPECT_EQ(tokens.expire(TokenId(1), clock.now()).error().code, ErrorCode::exhausted);
  EXPECT_EQ(tokens.prune(clock.now() + 2h).error().code, ErrorCode::exhausted);
  EXPECT_EQ(tokens.revoke_found(token, "content").error().code, ErrorCode::exhausted);
  EXPECT_TRUE(look_up(token));
  EXPECT_EQ(tokens.list(erika)->size(), 1U);
}

}  // namespace
}  // namespace art32::identity
