#include "base/limits.h"
#include "identity/api/testing.h"

namespace art32::identity::api {
namespace {

class UserHandlersTest : public testing::ApiTest {
 protected:
  UserHandlersTest() {
    EXPECT_TRUE(customers.teams.add({"red"}, "Red"));
    erika = "/api/users/" + std::to_string(add_member("erika@example.com", "red"));
  }
  testing::Reply sign_in(std::string_view login, std::string_view typed,
                         std::string_view address = {}) const {
    json::object body{{"login", key(login)}, {"password", key(typed)}};
    if (!address.empty()) body["address"] = key(address);
    return call("POST", "/api/sign-ins", json::serialize(body));
  }
  std::string erika;
};

TEST_F(UserHandlersTest, adds_finds_and_removes_a_user) {
  const auto added = call("POST", "/api/users", R"({"login":"Max+1@Example.com"})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(added.text("login"), "max+1@example.com");
  EXPECT_EQ(added.body.at("has_password"), false);
  EXPECT_EQ(call("GET", added.header("Location")).body, added.body);
  const json::value alone(json::array{added.body});
  EXPECT_EQ(call("GET", "/api/users?login=MAX%2B1%40example.com").body.at("users"), alone);
  EXPECT_EQ(call("GET", "/api/users?login=max+1@example.com").body.at("users"), alone);
  EXPECT_TRUE(call("GET", "/api/users?login=nobody@example.com").body.at("users").as_array().empty());
  EXPECT_EQ(call("GET", "/api/users").body.at("users").as_array().size(), 2U);
  expect_problem(call("POST", "/api/users", R"({"login":"max+1@example.com"})"), 409, "already-exists");
  expect_problem(call("POST", "/api/users", R"({"login":"max"})"), 400, "invalid-argument");
  expect_problem(call("GET", "/api/users?login=max&after=1"), 400, "invalid-argument");

  EXPECT_EQ(call("DELETE", added.header("Location")).status, 204);
  for (const std::string method : {"GET", "DELETE"})
    expect_problem(call(method, added.header("Location")), 404, "not-found");
}

TEST_F(UserHandlersTest, knows_no_user_by_what_is_no_number) {
  for (const std::string id : {"erika", "0", "-1", "1.0", "99999999999999999999", "9223372036854775808"})
    expect_problem(call("GET", "/api/users/" + id), 404, "not-found");
  for (const std::string rest : {"/teams", "/tokens"})
    expect_problem(call("GET", "/api/users/99" + rest), 404, "not-found");
  expect_problem(call("DELETE", "/api/users/99/tokens"), 404, "not-found");
  expect_problem(call("PATCH", "/api/users/99", R"({"disabled":true})"), 404, "not-found");
  expect_problem(call("PUT", "/api/users/99/password", R"({"password":"correct horse battery"})"), 404,
                 "not-found");
}

TEST_F(UserHandlersTest, pages_through_more_users_than_one_answer_holds) {
  constexpr std::size_t page = base::limits::identity_page_rows;
  insert(page, [](std::size_t i) {
    return "INSERT INTO users (login, created_at, updated_at) VALUES ('user" + std::to_string(i) +
           "@example.com', '2026-11-30T12:00:00Z', '2026-11-30T12:00:00Z')";
  });
  insert(page, [](std::size_t i) {
    return "INSERT INTO memberships (team, user_id, created_at) VALUES ('red', " + std::to_string(i + 2) +
           ", '2026-11-30T12:00:00Z')";
  });
  for (const std::string target : {"/api/users", "/api/teams/red/members"}) {
    const auto first = call("GET", target);
    EXPECT_EQ(first.body.at("users").as_array().size(), page);
    const std::string next = json::serialize(first.body.at("next"));
    EXPECT_EQ(next, std::to_string(page));
    const auto last = call("GET", target + "?after=" + next);
    EXPECT_EQ(last.body.at("users").as_array().size(), 1U);
    EXPECT_TRUE(last.body.at("next").is_null());
  }
}

TEST_F(UserHandlersTest, disables_and_enables_however_often_it_is_asked) {
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(call("PATCH", erika, R"({"disabled":true})").text("disabled"), "2026-11-30T12:00:00.000000Z");
  EXPECT_EQ(sign_in("erika@example.com", password).status, 401);
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(call("PATCH", erika, R"({"disabled":false})").body.at("disabled").is_null());
  EXPECT_EQ(sign_in("erika@example.com", password).status, 200);
}

TEST_F(UserHandlersTest, sets_a_password_and_signs_in_with_it) {
  EXPECT_EQ(call("PUT", erika + "/password", R"({"password":"another long password"})").status, 204);
  EXPECT_EQ(sign_in("erika@example.com", password).status, 401);
  const auto accepted = sign_in("Erika@example.com", "another long password");
  ASSERT_EQ(accepted.status, 200);
  EXPECT_EQ(accepted.body.at("user"), call("GET", erika).body);
  EXPECT_EQ(accepted.body.at("teams"), call("GET", erika + "/teams").body.at("teams"));
  expect_problem(call("PUT", erika + "/password", R"({"password":"short"})"), 400, "invalid-argument");
  EXPECT_EQ(sign_in("erika@example.com", "another long password").status, 200);
}

TEST_F(UserHandlersTest, refuses_a_sign_in_alike_whatever_was_wrong_with_it) {
  ASSERT_TRUE(customers.users.add("nopassword@example.com"));
  const auto wrong = sign_in("erika@example.com", "wrong");
  expect_problem(wrong, 401, "sign-in-refused");
  EXPECT_NE(wrong.header("WWW-Authenticate"), "") << "RFC 9110 section 15.5.2";
  for (const std::string login : {"nobody@example.com", "nopassword@example.com", "nobody", ""})
    EXPECT_EQ(sign_in(login, password).body, wrong.body) << login;
}

TEST_F(UserHandlersTest, counts_wrong_passwords_by_the_address_of_the_user) {
  const auto tries_until_refused = [this](std::string_view login, std::string_view address) {
    for (int i = 0; i < 100; ++i)
      if (sign_in(login, "wrong", address).status == 429) return i;
    return -1;
  };
  EXPECT_EQ(tries_until_refused("a@example.com", "198.51.100.1"), 10);
  const auto refused = sign_in("a@example.com", "wrong", "198.51.100.1");
  expect_problem(refused, 429, "too-many");
  EXPECT_EQ(refused.header("Retry-After"), "60");
  EXPECT_EQ(sign_in("a@example.com", "wrong", "198.51.100.2").status, 401) << "another address";
  EXPECT_EQ(tries_until_refused("b@example.com", "2001:db8::1"), 10);
  EXPECT_EQ(sign_in("b@example.com", "wrong", "2001:db8::ffff").status, 429) << "of the same subscriber";
  EXPECT_EQ(sign_in("erika@example.com", password, "198.51.100.1").status, 200) << "she is expected";
  EXPECT_EQ(sign_in("erika@example.com", password).status, 200) << "from the caller's own address";
  for (const std::string address : {"nowhere", "198.51.100.1:80", "198.51.100.0/24", "example.com"})
    expect_problem(sign_in("erika@example.com", password, address), 400, "invalid-argument");
}

TEST_F(UserHandlersTest, says_nothing_of_what_was_typed) {
  const auto has = [](const testing::Reply& reply, std::string_view words) {
    return reply.response.body != nullptr && reply.response.body->find(words) != std::string::npos;
  };
  const std::string secret = "s3cret";
  EXPECT_FALSE(has(sign_in("erika@example.com", secret), secret));
  EXPECT_FALSE(has(sign_in("erika@example.com", secret, "x"), secret));
  EXPECT_FALSE(has(call("PUT", erika + "/password", R"({"password":"s3cret"})"), secret));
  EXPECT_FALSE(has(call("PUT", erika + "/password", R"({"password":["s3cret"]})"), secret));
  EXPECT_FALSE(has(call("PUT", erika + "/password", R"("s3cret")"), secret));
  EXPECT_FALSE(has(call("PUT", erika + "/password", R"({"password":"s3cret")"), secret));
}

}  // namespace
}  // namespace art32::identity::api
