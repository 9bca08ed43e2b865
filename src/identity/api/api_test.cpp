#include "identity/api/api.h"

#include <set>

#include "identity/api/testing.h"

namespace art32::identity::api {
namespace {

class IdentityApiTest : public testing::ApiTest {
 protected:
  std::string basic(std::string_view name, std::string_view word) const {
    return "Basic " + base::base64(base::as_bytes(std::string(name) + ":" + std::string(word)));
  }
  // A request of each route, with numbers and a team that nobody has.
  std::vector<net::HttpRequest> one_of_each() const {
    std::vector<net::HttpRequest> all;
    for (const Route& route : routes()) {
      std::string target(route.path);
      for (std::size_t at = target.find('{'); at != target.npos; at = target.find('{'))
        target.replace(at, target.find('}') - at + 1, "77");
      all.push_back(request(std::string(route.method), target, route.request.empty() ? "" : "{}"));
    }
    return all;
  }
};

TEST_F(IdentityApiTest, owns_what_is_below_its_folder) {
  EXPECT_TRUE(IdentityApi::is_own("/api") && IdentityApi::is_own("/api/") &&
              IdentityApi::is_own("/api/teams/red"));
  EXPECT_FALSE(IdentityApi::is_own("/apis") || IdentityApi::is_own("/") || IdentityApi::is_own("/x/api/"));
}

TEST_F(IdentityApiTest, lets_nobody_in_without_credentials) {
  for (net::HttpRequest each : one_of_each()) {
    each.headers.front().value = "Bearer 1|art32_nothing";
    const bool is_public = each.path == "/api/openapi.json";
    const auto wrong = send(each);
    EXPECT_EQ(wrong.status, is_public ? 200 : 401) << each.method << each.path;
    each.headers.erase(each.headers.begin());
    const auto without = send(each);
    EXPECT_EQ(without.status, is_public ? 200 : 401) << each.method << each.path;
    if (is_public) continue;
    EXPECT_EQ(without.text("code"), "unauthenticated");
    EXPECT_EQ(without.header("WWW-Authenticate"), "Bearer realm=\"art32\"");
  }
  EXPECT_TRUE(customers.teams.list()->empty());
}

TEST_F(IdentityApiTest, refuses_accounts_that_may_only_read_metrics) {
  const std::string token = "Bearer " + token_of("monitoring");
  for (net::HttpRequest each : one_of_each()) {
    if (each.path == "/api/openapi.json") continue;
    each.headers.front().value = token;
    expect_problem(send(each), 403, "permission");
  }
}

TEST_F(IdentityApiTest, takes_a_password_as_metrics_does_and_limits_wrong_ones) {
  ASSERT_TRUE(accounts.set_password("application", password));
  bearer = basic("application", password);
  EXPECT_EQ(call("GET", "/api/teams").status, 200);
  bearer = basic("somebody", "wrong");
  int tries = 0;
  while (call("GET", "/api/teams").status == 401)
    ASSERT_LT(++tries, 100);
  const auto refused = call("GET", "/api/teams");
  expect_problem(refused, 429, "too-many");
  EXPECT_EQ(refused.header("Retry-After"), "60");
  bearer = basic("application", password);
  EXPECT_EQ(call("GET", "/api/teams").status, 200) << "it is expected there";
}

TEST_F(IdentityApiTest, ends_with_the_token_of_its_caller) {
  EXPECT_EQ(call("GET", "/api/teams").status, 200);
  ASSERT_TRUE(accounts.remove("application"));
  expect_problem(call("GET", "/api/teams"), 401, "unauthenticated");
}

TEST_F(IdentityApiTest, knows_its_addresses_and_their_methods) {
  for (const std::string target : {"/api", "/api/", "/api/team", "/api/teams/", "/api/teams//members",
                                   "/api/teams/red/members/1/2", "/api/openapi.yaml", "/API/teams"})
    expect_problem(call("GET", target), 404, "not-found");
  const auto on_list = call("DELETE", "/api/teams");
  expect_problem(on_list, 405, "method-not-allowed");
  EXPECT_EQ(on_list.header("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(call("TRACE", "/api/teams/red").header("Allow"), "GET, HEAD, PATCH, DELETE");
  EXPECT_EQ(call("GET", "/api/sign-ins").header("Allow"), "POST");
  EXPECT_EQ(call("HEAD", "/api/tokens").status, 405);
}

TEST_F(IdentityApiTest, answers_head_wherever_get_is_answered) {
  for (net::HttpRequest each : one_of_each()) {
    if (each.method != "GET") continue;
    const int status = send(each).status;
    each.method = "HEAD";
    EXPECT_EQ(send(each).status, status) << each.path;
  }
}

TEST_F(IdentityApiTest, refuses_parameters_that_it_does_not_know) {
  const auto refused = call("GET", "/api/users?page=2");
  expect_problem(refused, 400, "invalid-argument");
  EXPECT_EQ(refused.text("detail"), "this address takes no parameter \"page\"");
  for (const std::string query : {"after=x", "after=-1", "after=", "after=1&after=2", "after=1&", "&",
                                  "after=%ff", "after=9223372036854775808", "login=%ff", "login=%F0%9F", "="})
    expect_problem(call("GET", "/api/users?" + query), 400, "invalid-argument");
  EXPECT_EQ(call("GET", "/api/users?%61fter=0").status, 200);
  expect_problem(call("POST", "/api/users?login=a", R"({"login":"a@example.com"})"), 400, "invalid-argument");
}

TEST_F(IdentityApiTest, takes_bodies_that_are_json_by_their_type) {
  net::HttpRequest post = request("POST", "/api/teams", R"({"id":"red","name":"Red"})");
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "json"}) {
    post.headers.back().value = type;
    const auto refused = send(post);
    expect_problem(refused, 415, "unsupported-media-type");
    EXPECT_EQ(refused.header("Accept"), "application/json");
  }
  post.headers.back().value = "Application/JSON ; charset=UTF-8";
  EXPECT_EQ(send(post).status, 201);
  post.headers.pop_back();
  expect_problem(send(post), 415, "unsupported-media-type");
}

TEST_F(IdentityApiTest, refuses_bodies_where_it_takes_none) {
  for (net::HttpRequest each : one_of_each()) {
    if (!each.body.empty() || each.path == "/api/openapi.json") continue;
    each.body = "{}";
    expect_problem(send(each), 400, "invalid-argument");
  }
}

TEST_F(IdentityApiTest, names_what_is_wrong_with_a_body) {
  const auto detail = [this](std::string body) {
    const auto refused = call("POST", "/api/teams", std::move(body));
    expect_problem(refused, 400, "invalid-argument");
    return refused.text("detail");
  };
  EXPECT_EQ(detail(R"({"id":"red","name":"Red","colour":1})"),
            "the body has a member \"colour\", which isn't known here");
  EXPECT_EQ(detail(R"({"id":"red"})"), "the body has no \"name\"");
  EXPECT_EQ(detail(R"({"id":7,"name":"Red"})"), "\"id\" isn't a string");
  EXPECT_EQ(detail(R"({"id":null,"name":"Red"})"), "\"id\" isn't a string");
  EXPECT_EQ(detail(R"({"id":"red","id":"blue","name":"Red"})"),
            "the member \"id\" stands twice in an object");
  EXPECT_EQ(detail(R"({"id":"red","\u0069d":"blue","name":"Red"})"),
            "the member \"id\" stands twice in an object");
  EXPECT_EQ(detail("[]"), "the body isn't a JSON object");
  EXPECT_EQ(detail("\"red\""), "the body isn't a JSON object");
  const std::string long_name(60'000, 'x');
  EXPECT_EQ(detail("{\"" + long_name + "\":1}"),
            "the body has a member of 60000 octets, which isn't known here");
  EXPECT_TRUE(customers.teams.list()->empty());
}

TEST_F(IdentityApiTest, refuses_rubbish_of_every_kind) {
  std::string rubbish(64U << 10, '\0');
  for (std::size_t i = 0; i < rubbish.size(); ++i)
    rubbish[i] = static_cast<char>((i * 2'654'435'761U) >> 13);
  const std::string deep_list(1'000, '['), open_objects = [] {
    std::string text;
    for (int i = 0; i < 1'000; ++i)
      text += R"({"a":)";
    return text;
  }();
  for (const std::string& body : {rubbish,
                                  std::string(64U << 10, '"'),
                                  deep_list,
                                  deep_list + std::string(1'000, ']'),
                                  open_objects,
                                  "{\"id\":" + deep_list + std::string(1'000, ']') + "}",
                                  std::string("{"),
                                  std::string(" "),
                                  std::string("{}{}"),
                                  std::string("{\"id\":\"\xff\",\"name\":\"x\"}"),
                                  std::string("{\"\xc3\":1}"),
                                  std::string("{\"id\":\"\xed\xa0\x80\",\"name\":\"x\"}"),
                                  std::string(R"({"id":"\ud800","name":"x"})"),
                                  std::string("\xef\xbb\xbf{}"),
                                  std::string("{'id':1}"),
                                  std::string(R"({"id":"a","name":"x",})"),
                                  std::string(R"({"id":1e999})"),
                                  std::string("nul"),
                                  std::string(R"({"":1,"":2})"),
                                  std::string("{\"id\":\"a\",\"name\":\"\x01\"}")}) {
    const auto refused = call("POST", "/api/teams", body);
    expect_problem(refused, 400, "invalid-argument");
    EXPECT_LT(refused.response.body->size(), 1'000U);
  }
  net::HttpRequest empty = request("POST", "/api/teams", "{}");
  empty.body.clear();
  expect_problem(send(empty), 400, "invalid-argument");
  EXPECT_TRUE(customers.teams.list()->empty());
}

TEST_F(IdentityApiTest, says_so_when_nothing_can_be_sealed) {
  sink.full = true;
  expect_problem(call("POST", "/api/teams", R"({"id":"red","name":"Red"})"), 507, "exhausted");
  sink.full = false;
  expect_problem(call("GET", "/api/teams/red"), 404, "not-found");
}

TEST_F(IdentityApiTest, tells_a_server_which_requests_block_and_how) {
  using net::Blocking;
  const auto cost = [this](std::string method, std::string target, std::string body = {}) {
    return api.blocking_of(request(std::move(method), std::move(target), std::move(body)));
  };
  EXPECT_EQ(cost("GET", "/api/openapi.json"), Blocking::no);
  EXPECT_EQ(cost("GET", "/api/nothing"), Blocking::no);
  EXPECT_EQ(cost("PUT", "/api/teams"), Blocking::no);
  EXPECT_EQ(cost("GET", "/api/teams"), Blocking::yes);
  EXPECT_EQ(cost("PUT", "/api/users/1/password", "{}"), Blocking::expected_sign_in);

  ASSERT_TRUE(customers.teams.add({"red"}, "Red"));
  const UserId erika(add_member("erika@example.com", "red"));
  const std::string from_home = R"({"login":"erika@example.com","password":"x","address":"198.51.100.7"})";
  EXPECT_EQ(cost("POST", "/api/sign-ins", from_home), Blocking::expected_sign_in) << "just set";
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(cost("POST", "/api/sign-ins", from_home), Blocking::sign_in);
  ASSERT_EQ(customers.users.sign_in("erika@example.com", password, "198.51.100.7")->user, erika);
  EXPECT_EQ(cost("POST", "/api/sign-ins", from_home), Blocking::expected_sign_in) << "signed in from there";
  EXPECT_EQ(cost("POST", "/api/sign-ins", R"({"login":"erika@example.com","password":"x"})"),
            Blocking::sign_in);
  EXPECT_EQ(cost("POST", "/api/sign-ins", "rubbish"), Blocking::yes)
      << "refused before a password is looked at";

  bearer = basic("application", "x");
  EXPECT_EQ(cost("GET", "/api/teams"), Blocking::sign_in);
  ASSERT_TRUE(accounts.set_password("application", password));
  EXPECT_EQ(cost("GET", "/api/teams"), Blocking::expected_sign_in);
  bearer = "Digest x";
  EXPECT_EQ(cost("GET", "/api/teams"), Blocking::no);
}

TEST_F(IdentityApiTest, describes_exactly_its_routes) {
  const auto document = call("GET", "/api/openapi.json").body;
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  std::set<std::string> described, in_table, operations;
  for (const auto& path : document.at("paths").as_object())
    for (const auto& method : path.value().as_object()) {
      described.insert(std::string(method.key()) + " " + std::string(path.key()));
      EXPECT_TRUE(operations.insert(std::string(method.value().at("operationId").as_string())).second);
    }
  for (const Route& route : routes()) {
    std::string method(route.method);
    std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    in_table.insert(method + " " + std::string(route.path));
  }
  EXPECT_EQ(described, in_table);
  EXPECT_EQ(in_table.size(), routes().size()) << "no route stands twice";
  EXPECT_EQ(document.at("components").at("schemas").as_object().size(), schemas().size());
}

TEST_F(IdentityApiTest, uses_every_schema_that_it_describes) {
  std::set<std::string_view> used{"Problem"};
  for (const Route& route : routes()) {
    used.insert(route.request);
    used.insert(route.answer);
    EXPECT_TRUE(route.request.empty() || find_schema(route.request).use == Use::request);
    EXPECT_TRUE(route.answer.empty() || find_schema(route.answer).use == Use::answer);
  }
  for (const Schema& schema : schemas())
    for (const Property& member : schema.members)
      if (!member.of.empty()) used.insert(find_schema(member.of).name);
  for (const Schema& schema : schemas())
    EXPECT_TRUE(used.contains(schema.name)) << schema.name;
}

}  // namespace
}  // namespace art32::identity::api
