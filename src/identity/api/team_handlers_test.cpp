#include "base/limits.h"
#include "identity/api/testing.h"

namespace art32::identity::api {
namespace {

class TeamHandlersTest : public testing::ApiTest {
 protected:
  static std::string new_team(std::string_view id, std::string_view name) {
    return json::serialize(json::object{{"id", key(id)}, {"name", key(name)}});
  }
};

TEST_F(TeamHandlersTest, adds_shows_renames_and_removes_a_team) {
  const auto added = call("POST", "/api/teams", new_team("red", "The Red Ones"));
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(added.header("Location"), "/api/teams/red");
  EXPECT_EQ(json::serialize(added.body),
            R"({"id":"red","name":"The Red Ones","created":"2026-11-30T12:00:00.000000Z","removed":null})");
  EXPECT_EQ(call("GET", added.header("Location")).body, added.body);
  EXPECT_EQ(call("PATCH", "/api/teams/red", R"({"name":"Rote"})").text("name"), "Rote");
  EXPECT_EQ(call("HEAD", "/api/teams/red").status, 200);

  EXPECT_EQ(call("DELETE", "/api/teams/red").status, 204);
  EXPECT_EQ(call("GET", "/api/teams/red").text("removed"), "2026-11-30T12:00:00.000000Z");
  expect_problem(call("DELETE", "/api/teams/red"), 404, "not-found");
  expect_problem(call("PATCH", "/api/teams/red", R"({"name":"Rot"})"), 404, "not-found");
  expect_problem(call("POST", "/api/teams", new_team("red", "Again")), 409, "already-exists");
}

TEST_F(TeamHandlersTest, reaches_every_id_that_a_team_may_have) {
  for (const std::string id :
       {"4711", "a:b", "a@b+c", ".a", "a.-_", "c7a5d0f2-6f3d-4b8e-9a59-0d1e2f3a4b5c"}) {
    const auto added = call("POST", "/api/teams", new_team(id, "Team"));
    ASSERT_EQ(added.status, 201) << id;
    EXPECT_EQ(call("GET", added.header("Location")).text("id"), id);
  }
  EXPECT_EQ(call("GET", "/api/teams/a%3Ab").text("id"), "a:b");
  for (const std::string id : {".", "..", "", "a/b", "a b", "ä"})
    expect_problem(call("POST", "/api/teams", new_team(id, "Team")), 400, "invalid-argument");
  expect_problem(call("GET", "/api/teams/%C3%A4"), 404, "not-found");
  expect_problem(call("POST", "/api/teams", new_team("ok", "")), 400, "invalid-argument");
}

TEST_F(TeamHandlersTest, pages_through_more_teams_than_one_answer_holds) {
  constexpr std::size_t page = base::limits::identity_page_rows;
  constexpr std::size_t all = 2 * page + 3;
  insert(all, [](std::size_t i) {
    return "INSERT INTO teams VALUES ('" + std::to_string(10'000 + i) +
           "', 'Team', '2026-11-30T12:00:00Z', '2026-11-30T12:00:00Z', NULL)";
  });
  std::vector<std::string> seen;
  std::string target = "/api/teams";
  for (int pages = 1;; ++pages) {
    ASSERT_LE(pages, 3);
    const auto reply = call("GET", target);
    ASSERT_EQ(reply.status, 200);
    for (const json::value& team : reply.body.at("teams").as_array())
      seen.emplace_back(team.at("id").as_string());
    if (reply.body.at("next").is_null()) break;
    EXPECT_EQ(reply.text("next"), seen.back());
    target = "/api/teams?after=" + reply.text("next");
  }
  ASSERT_EQ(seen.size(), all);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST_F(TeamHandlersTest, lists_removed_teams_apart) {
  call("POST", "/api/teams", new_team("red", "Red"));
  call("POST", "/api/teams", new_team("old", "Old"));
  call("DELETE", "/api/teams/old");
  const auto ids = [this](const std::string& target) {
    std::string all;
    const auto page = call("GET", target);
    for (const json::value& team : page.body.at("teams").as_array())
      all += std::string(team.at("id").as_string()) + " ";
    return all;
  };
  EXPECT_EQ(ids("/api/teams"), "red ");
  EXPECT_EQ(ids("/api/teams?state=current&after=a"), "red ");
  EXPECT_EQ(ids("/api/teams?state=removed"), "old ");
  expect_problem(call("GET", "/api/teams?state=all"), 400, "invalid-argument");
}

TEST_F(TeamHandlersTest, puts_users_into_a_team_and_takes_them_out) {
  call("POST", "/api/teams", new_team("red", "Red"));
  const auto user = call("POST", "/api/users", R"({"login":"erika@example.com"})");
  const std::string id = json::serialize(user.body.at("id"));
  EXPECT_EQ(call("PUT", "/api/teams/red/members/" + id).status, 201);
  EXPECT_EQ(call("PUT", "/api/teams/red/members/" + id).status, 204) << "once more changes nothing";
  EXPECT_EQ(call("GET", "/api/teams/red/members").body.at("users"), json::value(json::array{user.body}));
  EXPECT_TRUE(call("GET", "/api/teams/red/members?after=" + id).body.at("users").as_array().empty());
  EXPECT_EQ(call("GET", "/api/users/" + id + "/teams").body.at("teams").as_array().size(), 1U);
  EXPECT_EQ(call("DELETE", "/api/teams/red/members/" + id).status, 204);
  expect_problem(call("DELETE", "/api/teams/red/members/" + id), 404, "not-found");

  expect_problem(call("PUT", "/api/teams/blue/members/" + id), 404, "not-found");
  expect_problem(call("PUT", "/api/teams/red/members/999"), 404, "not-found");
  expect_problem(call("PUT", "/api/teams/red/members/erika"), 404, "not-found");
  expect_problem(call("GET", "/api/teams/blue/members"), 404, "not-found");
  expect_problem(call("GET", "/api/teams/blue/tokens"), 404, "not-found");
  call("DELETE", "/api/teams/red");
  expect_problem(call("PUT", "/api/teams/red/members/" + id), 404, "not-found");
}

}  // namespace
}  // namespace art32::identity::api
