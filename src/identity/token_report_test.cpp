#include "identity/token_report.h"

#include "base/limits.h"
#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using namespace std::chrono_literals;

class TokenReportTest : public testing::CustomersTest {
 protected:
  std::vector<TokenFinding> report(const std::vector<std::string>& found) {
    std::vector<ReportedToken> reported;
    for (const std::string& token : found)
      reported.push_back(
          {token, "art32_api_token", "https://example.com/erika/repository/blob/x", "content"});
    return revoke_reported(tokens, reported).value();
  }
};

TEST_F(TokenReportTest, revokes_what_is_ours_and_live) {
  const std::string one = issue({red, erika}), two = issue({blue, max}), kept = issue({blue, max});
  ASSERT_TRUE(look_up(one));
  const auto findings = report({one, "art32_nothing", without_id(two), testing::ten_megabytes_of('a'), ""});
  ASSERT_EQ(findings.size(), 5U);
  EXPECT_EQ(findings[0].found, FoundToken::live);
  EXPECT_EQ(findings[0].label(), "true_positive");
  EXPECT_EQ(findings[0].type, "art32_api_token");
  EXPECT_EQ(findings[0].token_hash, crypto::api_token_hash(one));
  EXPECT_EQ(findings[1].found, FoundToken::unknown);
  EXPECT_EQ(findings[1].label(), "false_positive");
  EXPECT_EQ(findings[2].found, FoundToken::live);
  EXPECT_EQ(findings[3].found, FoundToken::unknown);
  EXPECT_EQ(findings[4].found, FoundToken::unknown);
  EXPECT_FALSE(look_up(one) || look_up(two));
  EXPECT_TRUE(look_up(kept));
  EXPECT_EQ(sink.records.back(),
            R"({"event":"user-token-revoked","reported_by":"content","team":"blue","token":2,"user":2})");
}

TEST_F(TokenReportTest, finds_a_token_that_stands_twice_as_it_was_at_first) {
  const std::string token = issue({red, erika});
  const auto findings = report({token, without_id(token), token});
  for (const TokenFinding& finding : findings)
    EXPECT_EQ(finding.found, FoundToken::live);
  EXPECT_EQ(report({token}).front().found, FoundToken::unknown) << "it is no token any more";
}

TEST_F(TokenReportTest, revokes_what_could_come_to_life_again) {
  const std::string expired = issue({red, erika}, clock.now() + 1h), of_disabled = issue({blue, max});
  clock.advance(1h);
  ASSERT_TRUE(users.disable(max));
  const auto findings = report({expired, of_disabled});
  EXPECT_EQ(findings[0].found, FoundToken::ended);
  EXPECT_EQ(findings[1].found, FoundToken::ended);
  EXPECT_EQ(findings[1].label(), "true_positive");
  ASSERT_TRUE(users.enable(max));
  EXPECT_FALSE(look_up(of_disabled));
}

TEST_F(TokenReportTest, needs_the_whole_token_to_revoke_it) {
  const std::string token = issue({red, erika});
  report({"1|", "1", token.substr(0, token.size() - 1), "2|" + without_id(token),
          crypto::api_token_hash(without_id(token)), token + "\n"});
  EXPECT_TRUE(look_up(token));
}

TEST_F(TokenReportTest, takes_so_many_at_once_and_any_source) {
  const std::vector<ReportedToken> many(base::limits::token_report_rows + 1);
  EXPECT_EQ(revoke_reported(tokens, many).error().code, base::ErrorCode::invalid_argument);
  const std::vector<ReportedToken> odd{{issue({red, erika}), "", "", std::string(10'000, '\n')}};
  ASSERT_TRUE(revoke_reported(tokens, odd));
  EXPECT_EQ(sink.records.back(),
            R"({"event":"user-token-revoked","reported_by":"unknown","team":"red","token":1,"user":1})");
}

TEST_F(TokenReportTest, says_so_where_a_token_could_not_be_revoked) {
  const std::vector<ReportedToken> reported{{issue({red, erika}), "t", "u", "content"}};
  sink.full = true;
  EXPECT_EQ(revoke_reported(tokens, reported).error().code, base::ErrorCode::exhausted);
  sink.full = false;
  EXPECT_EQ(revoke_reported(tokens, reported).value().front().found, FoundToken::live);
}

}  // namespace
}  // namespace art32::identity
