// The trail by the JSON API: whose it shows, and that nothing tells of another team's.
#include <gmock/gmock.h>

#include "identity/api/testing.h"

namespace art32::identity::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Believes "claim.of.TEAM"; has change 5 of team 42, behind which nothing is, and a gap of no team.
class FakeTrails final : public model::TrailReading {
 public:
  struct Look {
    model::TrailLooker looker;
    std::string purpose;
    model::TrailQuestion question;
  };
  std::vector<Look> looks;
  std::optional<base::Error> error;

  std::vector<model::TrailDatabase> databases() const override { return {{"open", false}, {"shop", true}}; }
  base::Result<model::Claim> believe(std::string_view token) const override {
    constexpr std::string_view good = "claim.of.";
    if (!token.starts_with(good))
      return base::failure(base::ErrorCode::permission, "the claim isn't believed: it expired 5 s ago");
    return model::Claim{
        {std::string(token.substr(good.size()))}, {model::ActorKind::user, "7"}, "r-1", "x:trail", {}, {}};
  }
  base::Result<model::TrailChanges> search(const model::TrailLooker& looker, std::string_view purpose,
                                           const model::TrailQuestion& question) override {
    if (error) return tl::unexpected(*error);
    looks.push_back({looker, std::string(purpose), question});
    if (question.team.empty()) return model::TrailChanges{{{0, R"({"kind":"gap"})", ""}}, {}};
    if (question.team != "42" || question.behind.value_or(9) <= 5) return model::TrailChanges{};
    return model::TrailChanges{{{5, R"({"kind":"insert"})", R"({"kind":"transaction"})"}}, 5};
  }
};

class TrailHandlers : public testing::ApiTest {
 protected:
  TrailHandlers() {
    EXPECT_TRUE(accounts.add("auditor", May::trail));
    api.read_trails(trails);
  }
  void use_claim(const std::string& team) { bearer = "Bearer claim.of." + team; }

  FakeTrails trails;
};

TEST_F(TrailHandlers, show_an_account_the_trail_of_the_team_that_it_names) {
  const auto page =
      call("GET",
           "/api/trail/shop/changes?team=42&table=public.invoice&row=7&actor=user:7&request=r-1&"
           "from=2026-11-01&before=2026-12-01&column=note&old=a%20b&new=%C3%A4&order=oldest-first&"
           "behind=8&limit=2");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(
      json::serialize(page.body),
      R"({"changes":[{"number":5,"record":{"kind":"insert"},"transaction":{"kind":"transaction"}}],"next":5})");
  ASSERT_EQ(trails.looks.size(), 1U);
  const FakeTrails::Look& look = trails.looks.front();
  EXPECT_EQ(look.purpose, "api-search");
  EXPECT_EQ(look.looker.through + " " + look.looker.name, "account application");
  const model::TrailQuestion& asked = look.question;
  EXPECT_THAT((std::vector{asked.database, asked.team, *asked.table, *asked.row, *asked.actor, *asked.request,
                           *asked.from, *asked.before, *asked.column, *asked.old_value, *asked.new_value}),
              ElementsAre("shop", "42", "public.invoice", "7", "user:7", "r-1", "2026-11-01", "2026-12-01",
                          "note", "a b", "ä"));
  EXPECT_TRUE(asked.is_oldest_first);
  EXPECT_EQ(asked.behind, 8U);
  EXPECT_EQ(asked.limit, 2U);
  EXPECT_EQ(call("GET", "/api/trail/shop/changes?team=").body.at("changes").at(0).at("transaction"), nullptr)
      << "of no team, and a gap has no transaction";
  expect_problem(call("GET", "/api/trail/shop/changes"), 400, "invalid-argument");
}

TEST_F(TrailHandlers, show_a_claim_its_own_team_and_nothing_else) {
  use_claim("42");
  EXPECT_EQ(call("GET", "/api/trail/shop/changes").body.at("changes").as_array().size(), 1U);
  EXPECT_EQ(trails.looks.back().looker.through + " " + trails.looks.back().looker.name, "claim user:7");
  EXPECT_EQ(trails.looks.back().looker.request, "r-1");
  EXPECT_EQ(call("GET", "/api/trail/shop/changes?team=42").status, 200);
  const std::size_t looks = trails.looks.size();
  expect_problem(call("GET", "/api/trail/shop/changes?team=43"), 403, "permission");
  expect_problem(call("GET", "/api/trail/shop/changes?team="), 403, "permission");
  expect_problem(call("GET", "/api/trail/shop/changes?team=42%00"), 403, "permission");
  expect_problem(call("GET", "/api/trail/shop/changes?team=42&team=43"), 400, "invalid-argument");
  expect_problem(call("GET", "/api/trail/open/changes"), 404, "not-found");
  expect_problem(call("GET", "/api/trail/other/changes"), 404, "not-found");
  EXPECT_EQ(trails.looks.size(), looks);
  use_claim("43");
  EXPECT_THAT(call("GET", "/api/trail/shop/changes").body.at("changes").as_array(), IsEmpty());
  EXPECT_EQ(trails.looks.back().question.team, "43");
}

TEST_F(TrailHandlers, tell_nobody_whether_another_team_has_a_change) {
  use_claim("43");
  const auto others = call("GET", "/api/trail/shop/changes/5");
  const auto nobodys = call("GET", "/api/trail/shop/changes/77");
  expect_problem(others, 404, "not-found");
  EXPECT_EQ(json::serialize(others.body), json::serialize(nobodys.body));
  use_claim("42");
  EXPECT_EQ(call("GET", "/api/trail/shop/changes/5").body.at("number").as_int64(), 5);
  for (const char* number : {"4", "6", "5x", "-5", "18446744073709551621", "18446744073709551615"})
    expect_problem(call("GET", std::string("/api/trail/shop/changes/") + number), 404, "not-found");
}

TEST_F(TrailHandlers, refuse_claims_that_are_not_believed) {
  bearer = "Bearer eyJh.eyJh.AAAA";
  const auto refused = call("GET", "/api/trail/shop/changes");
  expect_problem(refused, 401, "claim-refused");
  EXPECT_THAT(refused.header("WWW-Authenticate"), HasSubstr("invalid_token"));
  use_claim("42");
  expect_problem(call("GET", "/api/teams"), 401, "unauthenticated");
  bearer = "Bearer claim.of.42|";
  expect_problem(call("GET", "/api/trail/shop/changes"), 401, "unauthenticated");
  bearer = "Basic " + base::base64(base::as_bytes(std::string("claim.of.42:claim.of.42")));
  expect_problem(call("GET", "/api/trail/shop/changes"), 401, "unauthenticated");
  EXPECT_THAT(trails.looks, IsEmpty());
}

TEST_F(TrailHandlers, let_an_account_for_the_trail_read_it_and_manage_nobody) {
  bearer = "Bearer " + token_of("auditor");
  EXPECT_EQ(call("GET", "/api/trail/shop/changes?team=42").status, 200);
  expect_problem(call("GET", "/api/teams"), 403, "permission");
  bearer = "Bearer " + token_of("monitoring");
  expect_problem(call("GET", "/api/trail/shop/changes?team=42"), 403, "permission");
}

TEST_F(TrailHandlers, refuse_what_is_no_question) {
  for (const char* query : {"order=sideways", "limit=-1", "limit=1e3", "behind=x", "colour=red", "table=%FF"})
    expect_problem(call("GET", std::string("/api/trail/shop/changes?team=42&") + query), 400,
                   "invalid-argument");
  EXPECT_THAT(trails.looks, IsEmpty());
  EXPECT_EQ(call("GET", "/api/trail/shop/changes?team=42&limit=99999999").status, 200);
  EXPECT_EQ(trails.looks.back().question.limit, 99'999'999U) << "whoever reads says how many are too many";
}

TEST_F(TrailHandlers, tell_nothing_of_the_system_when_the_trail_cannot_be_read) {
  trails.error = base::Error{base::ErrorCode::corrupt, "/var/lib/art32/trail/shop/1.frames, octet 7", ""};
  const auto failed = call("GET", "/api/trail/shop/changes?team=42");
  expect_problem(failed, 500, "corrupt");
  EXPECT_THAT(failed.words(), Not(HasSubstr("frames")));
  trails.error = base::Error{base::ErrorCode::exhausted, "the disk is full", ""};
  expect_problem(call("GET", "/api/trail/shop/changes?team=42"), 507, "exhausted");
  trails.error = base::Error{base::ErrorCode::conflict, "another look goes on", ""};
  expect_problem(call("GET", "/api/trail/shop/changes?team=42"), 409, "conflict");
}

TEST_F(TrailHandlers, search_in_a_lane_of_their_own) {
  EXPECT_EQ(api.blocking_of(request("GET", "/api/trail/shop/changes?team=42")), net::Blocking::search);
  bearer = "Bearer a.b.c";
  EXPECT_EQ(api.blocking_of(request("GET", "/api/trail/shop/changes")), net::Blocking::search);
  bearer = "nothing";
  EXPECT_EQ(api.blocking_of(request("GET", "/api/trail/shop/changes")), net::Blocking::no);
}

}  // namespace
}  // namespace art32::identity::api
