#include "identity/forward_auth.h"

#include <gmock/gmock.h>

#include "base/limits.h"
#include "identity/customers_testing.h"

namespace art32::identity {
namespace {

using namespace std::chrono_literals;

struct PlainSigner final : model::ClaimSigner {
  std::string sign(const model::TeamId& team, const model::Actor& actor,
                   const std::string& request) const override {
    return team.value + "/" + std::string(model::name(actor.kind)) + ":" + actor.id + "/" + request;
  }
};

class ForwardAuthTest : public testing::CustomersTest {
 protected:
  ForwardAuthTest() { auth.sign_with(std::make_shared<const PlainSigner>()); }

  static net::HttpRequest asking(std::vector<net::HttpHeader> headers, std::string query = {}) {
    net::HttpRequest request;
    request.method = "GET";
    request.path = "/auth";
    request.query = std::move(query);
    request.headers = std::move(headers);
    return request;
  }
  static net::HttpRequest with_token(const std::string& token, std::string query = {}) {
    return asking({{"Authorization", "Bearer " + token}}, std::move(query));
  }
  static std::string header(const net::HttpResponse& response, std::string_view name) {
    return std::string(net::find_header(response.headers, name).value_or("none"));
  }
  static std::string body(const net::HttpResponse& response) { return response.body ? *response.body : ""; }
  void expect_nobody(const net::HttpResponse& response) {
    for (const std::string_view name : identity_headers)
      EXPECT_EQ(header(response, name), "") << name;
  }

  ForwardAuth auth{tokens, clock};
};

TEST_F(ForwardAuthTest, says_who_it_is_and_signs_a_claim) {
  net::HttpRequest request = with_token(issue({red, erika}));
  request.headers.push_back({"X-Request-Id", "abc-1"});
  const net::HttpResponse response = auth.answer(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "X-Art32-Team"), "red");
  EXPECT_EQ(header(response, "X-Art32-User"), "1");
  EXPECT_EQ(header(response, "X-Art32-Token"), "1");
  EXPECT_EQ(header(response, "X-Art32-Abilities"), R"(["*"])");
  EXPECT_EQ(header(response, "X-Art32-Request"), "abc-1");
  EXPECT_EQ(header(response, "X-Art32-Claim"), "red/token:1/abc-1");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(auth.counters().accepted, 1U);
}

TEST_F(ForwardAuthTest, gives_a_request_without_a_usable_id_one_of_its_own) {
  const std::string token = issue({red, erika});
  std::set<std::string> ids;
  for (const std::string& given : {std::string(), std::string("has blanks"), std::string(65, 'a')}) {
    net::HttpRequest request = with_token(token);
    request.headers.push_back({"X-Request-Id", given});
    const std::string id = header(auth.answer(request), "X-Art32-Request");
    EXPECT_EQ(id.size(), 18U);
    EXPECT_TRUE(model::is_claim_word(id));
    ids.insert(id);
  }
  net::HttpRequest twice = with_token(token);
  twice.headers.push_back({"X-Request-Id", "one"});
  twice.headers.push_back({"x-request-id", "two"});
  ids.insert(header(auth.answer(twice), "X-Art32-Request"));
  EXPECT_EQ(ids.size(), 4U);
}

TEST_F(ForwardAuthTest, refuses_what_shows_no_valid_token_with_every_header_empty) {
  const std::string good = issue({red, erika});
  const std::vector<std::vector<net::HttpHeader>> refused{
      {},
      {{"Authorization", ""}},
      {{"Authorization", good}},
      {{"Authorization", "Basic ZXJpa2E6Z2VoZWlt"}},
      {{"Authorization", "Bearer " + good + "x"}},
      {{"Authorization", "Bearer x, Bearer " + good}},
      {{"Authorization", "Bearer " + good + ", Basic eDp5"}},
      {{"Authorization", "Bearer 1|"}},
      {{"Authorization", "Bearer " + good}, {"authorization", "Bearer " + good}},
      {{"Authorization", "Bearer " + good}, {"Authorization", "Basic ZXJpa2E6Z2VoZWlt"}},
      {{"Authorization", "Bearer " + testing::ten_megabytes_of('a')}}};
  for (const auto& headers : refused) {
    const net::HttpResponse response = auth.answer(asking(headers));
    EXPECT_EQ(response.status, 401);
    EXPECT_TRUE(header(response, "WWW-Authenticate").starts_with("Bearer realm=\"art32\""));
    EXPECT_EQ(body(response).find(good), std::string::npos);
    expect_nobody(response);
  }
  EXPECT_EQ(auth.counters().refused, refused.size());
}

TEST_F(ForwardAuthTest, refuses_identity_headers_that_the_client_made_up) {
  const std::string token = issue({red, erika});
  for (const std::string name : {"X-Art32-Team", "x-art32-team", "X_Art32_Team", "X-Art32_Claim",
                                 "X_ART32-User", "X-Art32-Anything", "X.Art32.Team", "x~art32!claim"}) {
    net::HttpRequest request = with_token(token);
    request.headers.push_back({name, ""});
    const net::HttpResponse response = auth.answer(request);
    EXPECT_EQ(response.status, 403) << name;
    EXPECT_NE(body(response).find(name), std::string::npos);
    expect_nobody(response);
  }
}

TEST_F(ForwardAuthTest, wants_every_ability_that_the_proxy_asks_for) {
  const auto issued = tokens.issue({red, erika}, "reader", {{"orders:read", "orders:list"}}, std::nullopt);
  const std::string token(issued->shown.text());
  EXPECT_EQ(auth.answer(with_token(token, "ability=orders%3Aread&ability=orders:list")).status, 200);
  for (const std::string query :
       {"ability=orders:write", "ability=orders:read&ability=orders:write", "ability=", "ability=orders"}) {
    const net::HttpResponse response = auth.answer(with_token(token, query));
    EXPECT_EQ(response.status, 403) << query;
    EXPECT_NE(header(response, "WWW-Authenticate").find("insufficient_scope"), std::string::npos);
    expect_nobody(response);
  }
}

TEST_F(ForwardAuthTest, forgets_a_token_at_once_that_was_revoked_or_whose_user_or_team_is_gone) {
  const std::string one = issue({red, erika}), two = issue({red, erika}), three = issue({blue, max});
  for (const std::string& token : {one, two, three})
    EXPECT_EQ(auth.answer(with_token(token)).status, 200);
  EXPECT_TRUE(tokens.revoke(TokenId(1)));
  EXPECT_EQ(auth.answer(with_token(one)).status, 401);
  EXPECT_TRUE(users.disable(erika));
  EXPECT_EQ(auth.answer(with_token(two)).status, 401);
  EXPECT_TRUE(teams.remove(blue));
  EXPECT_EQ(auth.answer(with_token(three)).status, 401);
}

TEST_F(ForwardAuthTest, looks_up_few_guesses_of_an_address_and_knows_who_is_there) {
  const std::string known = issue({red, erika}), unknown = issue({blue, max});
  EXPECT_EQ(auth.answer(with_token(known)).status, 200);
  const auto from = [](const std::string& token, const std::string& address) {
    return asking({{"Authorization", "Bearer " + token}, {"X-Forwarded-For", "10.0.0.1, " + address}});
  };
  const auto guess = [](unsigned number) { return std::string(40, 'a') + std::to_string(number); };
  for (unsigned count = 0; count < base::limits::token_tries_of_address; ++count)
    EXPECT_EQ(auth.answer(from(guess(count), "192.0.2.7")).status, 401);
  unsigned held_back = 0;
  for (unsigned count = 1'000; count < 2'000; ++count) {
    const net::HttpResponse response = auth.answer(from(guess(count), "192.0.2.7"));
    if (response.status == 401) continue;
    EXPECT_EQ(response.status, 429);
    EXPECT_THAT(header(response, "Retry-After"), ::testing::MatchesRegex("[1-7]"));
    EXPECT_FALSE(auth.needs_database(from(guess(count), "192.0.2.7")));
    expect_nobody(response);
    ++held_back;
  }
  EXPECT_GT(held_back, 750U);
  EXPECT_EQ(auth.counters().not_tried, held_back);
  EXPECT_EQ(auth.answer(from(known, "192.0.2.7")).status, 200) << "a token that was used lately";
  EXPECT_EQ(auth.answer(from(guess(0), "192.0.2.8")).status, 401) << "another address";
  const net::HttpResponse early = auth.answer(from(unknown, "192.0.2.7"));
  if (early.status == 429) clock.advance(std::chrono::seconds(std::stoi(header(early, "Retry-After"))));
  EXPECT_EQ(auth.answer(from(unknown, "192.0.2.7")).status, 200)
      << "one that wasn't used lately has its turn";
}

TEST_F(ForwardAuthTest, lets_nobody_pass_before_claims_can_be_signed) {
  ForwardAuth mute(tokens, clock);
  const net::HttpResponse response = mute.answer(with_token(issue({red, erika})));
  EXPECT_EQ(response.status, 503);
  expect_nobody(response);
}

TEST_F(ForwardAuthTest, asks_the_database_only_for_what_may_be_a_token) {
  const std::string token = issue({red, erika});
  EXPECT_TRUE(auth.needs_database(with_token(token)));
  EXPECT_FALSE(auth.needs_database(with_token("art32_" + std::string(48, 'a')))) << "no checksum of it";
  EXPECT_FALSE(auth.needs_database(asking({})));
  EXPECT_EQ(auth.answer(with_token(token)).status, 200);
  EXPECT_FALSE(auth.needs_database(with_token(token)));
}

TEST(ClientAddress, is_what_the_nearest_proxy_says) {
  net::HttpRequest request;
  request.peer = "198.51.100.1";
  EXPECT_EQ(client_address(request), "198.51.100.1");
  request.headers = {{"X-Forwarded-For", "203.0.113.9"},
                     {"x-forwarded-for", "203.0.113.8, 2001:db8:1:2:3::4"}};
  EXPECT_EQ(client_address(request), "2001:db8:1:2::/64");
  for (const std::string& rubbish : {std::string("unknown"), std::string(), std::string(10'000, '1')}) {
    request.headers = {{"X-Forwarded-For", rubbish}};
    EXPECT_EQ(client_address(request), "198.51.100.1");
  }
}

}  // namespace
}  // namespace art32::identity
