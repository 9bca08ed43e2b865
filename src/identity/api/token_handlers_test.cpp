#include "base/limits.h"
#include "identity/api/testing.h"

namespace art32::identity::api {
namespace {

using namespace std::chrono_literals;

class TokenHandlersTest : public testing::ApiTest {
 protected:
  TokenHandlersTest() {
    EXPECT_TRUE(customers.teams.add({"red"}, "Red"));
    EXPECT_TRUE(customers.teams.add({"blue"}, "Blue"));
    erika = add_member("erika@example.com", "red");
  }
  testing::Reply issue(json::object more = {}) const {
    json::object body{{"team", "red"}, {"user", erika}, {"name", "deploy"}, {"abilities", json::array{"*"}}};
    for (const auto& member : more)
      body[member.key()] = member.value();
    return call("POST", "/api/tokens", json::serialize(body));
  }
  bool is_live(std::string_view plain_text) {
    const auto found = customers.tokens.look_up(plain_text);
    return found && found->has_value();
  }
  std::int64_t erika = 0;
};

TEST_F(TokenHandlersTest, issues_a_token_that_works_and_shows_it_once) {
  const auto issued = issue({{"abilities", json::array{"orders:read", "orders:write"}}});
  ASSERT_EQ(issued.status, 201);
  EXPECT_EQ(issued.header("Cache-Control"), "no-store");
  EXPECT_EQ(issued.header("Location"), "/api/tokens/1");
  const auto holder = customers.tokens.look_up(issued.text("plain_text"));
  ASSERT_TRUE(holder && *holder);
  EXPECT_EQ((*holder)->member, (identity::Member{{"red"}, UserId(erika)}));
  EXPECT_TRUE((*holder)->abilities.allow("orders:read"));
  EXPECT_FALSE((*holder)->abilities.allow("orders:delete"));
  EXPECT_EQ(json::serialize(issued.body.at("token")),
            R"({"id":1,"team":"red","user":1,"name":"deploy","abilities":["orders:read","orders:write"],)"
            R"("created":"2026-11-30T12:00:00.000000Z","expires":null,"last_used":null})");

  const std::string secret = issued.text("plain_text").substr(2);
  for (const std::string target : {"/api/tokens/1", "/api/teams/red/tokens", "/api/users/1/tokens"}) {
    const auto shown = call("GET", target);
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.response.body->find(secret), std::string::npos) << target;
  }
  EXPECT_EQ(call("GET", "/api/users/1/tokens").body.at("tokens"),
            json::value(json::array{issued.body.at("token")}));
  EXPECT_EQ(call("GET", "/api/teams/red/tokens").body.at("tokens").as_array().size(), 1U);
  EXPECT_TRUE(call("GET", "/api/teams/blue/tokens").body.at("tokens").as_array().empty());
}

TEST_F(TokenHandlersTest, issues_tokens_that_end) {
  const std::string at = issue({{"expires", "2026-11-30T13:00:00Z"}}).text("plain_text");
  const auto in = issue({{"expires_in", 7'200}});
  EXPECT_EQ(in.body.at("token").at("expires"), "2026-11-30T14:00:00.000000Z");
  EXPECT_TRUE(is_live(at) && is_live(in.text("plain_text")));
  clock.advance(1h);
  EXPECT_FALSE(is_live(at));
  EXPECT_TRUE(is_live(in.text("plain_text")));
  clock.advance(1h);
  EXPECT_FALSE(is_live(in.text("plain_text")));
}

TEST_F(TokenHandlersTest, refuses_tokens_that_could_not_be) {
  const json::object wrong[] = {
      {{"expires", "2026-11-30T12:00:00Z"}},
      {{"expires", "2026-11-30T13:00:00Z"}, {"expires_in", 1}},
      {{"expires", "tomorrow"}},
      {{"expires", nullptr}},
      {{"expires_in", 0}},
      {{"expires_in", -1}},
      {{"expires_in", 1.5}},
      {{"expires_in", "60"}},
      {{"expires_in", 4'000'000'000}},
      {{"name", ""}},
      {{"name", "two\nlines"}},
      {{"abilities", json::array{""}}},
      {{"abilities", json::array{1}}},
      {{"abilities", "*"}},
      {{"user", "1"}},
      {{"user", 18'446'744'073'709'551'615U}},
  };
  for (const json::object& more : wrong)
    expect_problem(issue(more), 400, "invalid-argument");
  expect_problem(issue({{"team", "blue"}}), 404, "not-found");
  expect_problem(issue({{"team", "green"}}), 404, "not-found");
  expect_problem(issue({{"user", 99}}), 404, "not-found");
  EXPECT_TRUE(call("GET", "/api/users/1/tokens").body.at("tokens").as_array().empty());
}

TEST_F(TokenHandlersTest, lets_a_token_end_sooner_and_never_later) {
  const std::string plain_text = issue().text("plain_text");
  const auto change = [this](std::string_view at) {
    return call("PATCH", "/api/tokens/1", json::serialize(json::object{{"expires", key(at)}}));
  };
  EXPECT_EQ(change("2026-11-30T15:00:00Z").text("expires"), "2026-11-30T15:00:00.000000Z");
  EXPECT_EQ(change("2026-11-30T15:00:00Z").status, 200) << "as it is";
  EXPECT_EQ(change("2026-11-30T14:00:00Z").text("expires"), "2026-11-30T14:00:00.000000Z");
  expect_problem(change("2026-11-30T14:00:01Z"), 409, "conflict");
  EXPECT_TRUE(is_live(plain_text));
  EXPECT_EQ(change("2026-11-30T12:00:00Z").status, 200) << "now";
  EXPECT_FALSE(is_live(plain_text));
  expect_problem(call("PATCH", "/api/tokens/9", R"({"expires":"2026-11-30T14:00:00Z"})"), 404, "not-found");
}

TEST_F(TokenHandlersTest, revokes_one_token_and_all_of_a_user) {
  const std::string one = issue().text("plain_text"), two = issue().text("plain_text");
  EXPECT_EQ(call("DELETE", "/api/tokens/1").status, 204);
  EXPECT_FALSE(is_live(one));
  for (const std::string method : {"GET", "DELETE"})
    expect_problem(call(method, "/api/tokens/1"), 404, "not-found");
  EXPECT_TRUE(is_live(two));
  EXPECT_EQ(call("DELETE", "/api/users/1/tokens").body.at("revoked"), 1);
  EXPECT_FALSE(is_live(two));
  EXPECT_EQ(call("DELETE", "/api/users/1/tokens").body.at("revoked"), 0);
}

TEST_F(TokenHandlersTest, does_not_repeat_a_token_that_stands_where_its_number_should) {
  const std::string plain_text = issue().text("plain_text");
  const auto reply = call("GET", "/api/tokens/" + plain_text.substr(2));
  expect_problem(reply, 404, "not-found");
  EXPECT_EQ(reply.response.body->find(plain_text.substr(2)), std::string::npos);
}

TEST_F(TokenHandlersTest, pages_through_more_tokens_than_one_answer_holds) {
  constexpr std::size_t page = base::limits::identity_page_rows;
  insert(page + 1, [](std::size_t i) {
    return "INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities, "
           "created_at, updated_at) VALUES ('membership', 1, 't', '" +
           crypto::sha256_hex(std::to_string(i)) +
           "', '[\"*\"]', '2026-11-30T12:00:00Z', '2026-11-30T12:00:00Z')";
  });
  for (const std::string target : {"/api/users/1/tokens", "/api/teams/red/tokens"}) {
    const auto first = call("GET", target);
    EXPECT_EQ(first.body.at("tokens").as_array().size(), page);
    const auto last = call("GET", target + "?after=" + json::serialize(first.body.at("next")));
    ASSERT_EQ(last.body.at("tokens").as_array().size(), 1U);
    EXPECT_EQ(last.body.at("tokens").at(0).at("id"), page + 1);
    EXPECT_TRUE(last.body.at("next").is_null());
  }
}

}  // namespace
}  // namespace art32::identity::api
