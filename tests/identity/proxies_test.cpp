// Who a request comes from, asked by real proxies of the running program.
#include "tests/identity/proxies.h"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "net/unix_socket.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Proxies : public ::testing::TestWithParam<Proxy::Kind> {
 protected:
  Proxies() {
    server.edit("art32.toml", "[ledger]\n", "[identity]\n\n[ledger]\n");
    server.start();
    EXPECT_EQ(server.command({"team", "add", "42"}).exit_code, 0);
    EXPECT_EQ(server.command({"team", "add", "43"}).exit_code, 0);
    EXPECT_EQ(server.command({"user", "add", "erika@example.com", "--team", "42"}).exit_code, 0);
    proxy.emplace(GetParam(), folder.path(), addresses());
  }
  Proxy::Addresses addresses() const { return {server.folder() / "run/identity.sock", application_socket}; }
  // Another one, with something changed in the file.
  void restart(const std::vector<Proxy::Edit>& edits) {
    proxy.reset();
    std::filesystem::remove(folder.path() / (is_nginx() ? "nginx.sock" : "caddy.sock"));
    proxy.emplace(GetParam(), folder.path(), addresses(), edits);
  }
  std::string issue(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"token", "issue", "--team", "42", "--user", "erika@example.com"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const net::Finished issued = server.command(arguments);
    EXPECT_EQ(issued.exit_code, 0) << issued.errors;
    return std::string(base::trim(issued.output));
  }
  static std::string bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
  bool is_nginx() const { return GetParam() == Proxy::Kind::nginx; }

  // Whatever comes of it, the application is never told of another team than the token's.
  void expect_told_of_nobody_else(const ProxyAnswer& answer, std::size_t requests_before) {
    if (application.requests() == requests_before) {
      EXPECT_GE(answer.status, 400) << answer.text;
      return;
    }
    for (const std::string& team : application.told_as_variable("x_art32_team"))
      EXPECT_EQ(team, "42") << answer.text;
    for (const std::string& claim : application.told_as_variable("x_art32_claim"))
      EXPECT_THAT(claim, ::testing::StartsWith("eyJ")) << answer.text;
  }

  base::ScratchFolder folder;
  base::Path application_socket = folder.path() / "application.sock";
  RunningServer server;
  Application application{application_socket};
  std::optional<Proxy> proxy;
};

TEST_P(Proxies, tell_the_application_who_it_is) {
  const std::string token = issue({"--ability", "invoices:read"});
  const ProxyAnswer answer = proxy->get("/invoices", bearer(token) + "X-Custom: kept\r\n");
  ASSERT_EQ(answer.status, 200) << answer.text << proxy->log();
  EXPECT_THAT(application.told("X-Art32-Team"), ElementsAre("42"));
  EXPECT_THAT(application.told("X-Art32-User"), ElementsAre("1"));
  EXPECT_THAT(application.told("X-Art32-Token"), ElementsAre("1"));
  EXPECT_THAT(application.told("X-Art32-Abilities"), ElementsAre(R"(["invoices:read"])"));
  EXPECT_THAT(application.told("X-Art32-Claim"), ElementsAre(::testing::StartsWith("eyJ")));
  EXPECT_THAT(application.told("X-Custom"), ElementsAre("kept"));
  // An empty value may come as no header.
  EXPECT_THAT(application.told("Authorization"), ::testing::Each("")) << "the application needs no token";
  EXPECT_THAT(application.told("X-Request-Id"), application.told("X-Art32-Request"));
  EXPECT_THAT(answer.text, Not(HasSubstr("Art32"))) << "and the client needn't know";
}

// As the guide says where a route needs one.
TEST_P(Proxies, ask_for_the_ability_that_a_route_needs) {
  if (is_nginx())
    restart({{"server {\n", "map $request_method $art32_ability { default invoices:write; }\nserver {\n"},
             {"http://art32_identity/auth;", "http://art32_identity/auth?ability=$art32_ability;"}});
  else
    restart({{"uri /auth\n", "uri /auth?ability=invoices:write\n"}});
  EXPECT_EQ(proxy->get("/", bearer(issue({"--ability", "invoices:read"}))).status, 403);
  EXPECT_EQ(application.requests(), 0U);
  EXPECT_EQ(proxy->get("/", bearer(issue({"--ability", "invoices:write"}))).status, 200);
}

TEST_P(Proxies, let_nobody_pass_without_a_valid_token) {
  const std::string token = issue();
  for (const std::string& headers :
       {std::string(), bearer(token + "x"), bearer("2|" + token.substr(2)), bearer(token.substr(0, 20)),
        std::string("Authorization: Basic ZXJpa2E6Z2VoZWlt\r\n"), "authorization: " + token + "\r\n"}) {
    const ProxyAnswer answer = proxy->get("/", headers);
    EXPECT_EQ(answer.status, 401) << headers << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("Bearer realm=\"art32\""));
  }
  EXPECT_EQ(application.requests(), 0U);
}

TEST_P(Proxies, tell_of_nobody_else_whatever_the_client_makes_up) {
  const std::string token = issue();
  for (const std::string forged :
       {"X-Art32-Team: 43\r\n", "x-art32-team: 43\r\n", "X_Art32_Team: 43\r\n", "X-Art32_Team: 43\r\n",
        "X-Art32-Claim: forged\r\n", "X_ART32_CLAIM: forged\r\n", "X-Art32-Team : 43\r\n",
        "X-Art32-Team: 43\r\nX-Art32-Team: 43\r\n", "Connection: X-Art32-Team, X-Art32-Claim\r\n",
        "X-Forwarded-For: 127.0.0.1\r\nX-Original-URL: /art32\r\n", "X.Art32.Team: 43\r\n",
        "X.ART32.CLAIM: forged\r\n", "X-Custom: a\r\n X-Art32-Team: 43\r\n",
        "X-Request-Id: a\tX-Art32-Team: 43\r\n"}) {
    SCOPED_TRACE(forged);
    const std::size_t before = application.requests();
    expect_told_of_nobody_else(proxy->get("/", bearer(token) + forged), before);
    // Without a token nothing of it makes anybody of the client.
    const std::size_t between = application.requests();
    EXPECT_GE(proxy->get("/", forged).status, 400);
    EXPECT_EQ(application.requests(), between);
  }
}

TEST_P(Proxies, refuse_a_request_that_shows_two_tokens) {
  const std::string one = issue(), two = issue();
  for (const std::string& headers : {bearer(one) + bearer(two), bearer(one) + "AUTHORIZATION: Basic eDp5\r\n",
                                     "Authorization: Basic eDp5\r\n" + bearer(one)}) {
    const ProxyAnswer answer = proxy->get("/", headers);
    EXPECT_GE(answer.status, 400) << answer.text;
    EXPECT_LT(answer.status, 500) << answer.text;
  }
  EXPECT_EQ(application.requests(), 0U);
}

// nginx has it at an address of its own; Caddy asks before any address, so that "/auth" is one of the
// application's, which answers there as everywhere.
constexpr const char* ways_to_the_question[] = {"/art32", "/art32/",         "//art32", "/%61rt32",   "/auth",
                                                "/auth/", "/auth?ability=x", "//auth",  "/x/../art32"};

TEST_P(Proxies, let_nobody_reach_the_question_itself) {
  const std::string token = issue();
  for (const std::string path : ways_to_the_question) {
    SCOPED_TRACE(path);
    const std::size_t before = application.requests();
    const ProxyAnswer answer = proxy->get(path, bearer(token));
    EXPECT_EQ(answer.text.find("eyJ"), std::string::npos) << answer.text;
    if (application.requests() == before)
      EXPECT_GE(answer.status, 400) << answer.text;
    else
      EXPECT_THAT(answer.text, HasSubstr("the application"));
  }
}

// What the test above looks for is there to be seen where the file is wrong.
TEST_P(Proxies, would_show_a_question_that_everybody_reaches) {
  if (is_nginx())
    restart({{"    internal;\n    proxy_pass", "    proxy_pass"}});
  else
    restart({{"\troute {", "\troute /auth {\n\t\treverse_proxy unix/" + addresses().identity.string() +
                               "\n\t}\n\n\troute {"}});
  const std::string token = issue();
  std::size_t reached = 0;
  for (const std::string path : ways_to_the_question)
    reached += proxy->get(path, bearer(token)).text.find("eyJ") != std::string::npos ? 1 : 0;
  EXPECT_GT(reached, 0U);
}

TEST_P(Proxies, refuse_a_token_of_ten_megabytes_and_go_on) {
  const ProxyAnswer answer = proxy->get("/", bearer(std::string(10'000'000, 'a')));
  EXPECT_TRUE(answer.status == 0 || answer.status >= 400) << answer.status;
  EXPECT_EQ(proxy->get("/", bearer(issue())).status, 200);
  EXPECT_TRUE(proxy->running() && server.running());
}

TEST_P(Proxies, notice_at_once_what_ends_a_token) {
  const std::string one = issue(), two = issue();
  EXPECT_EQ(proxy->get("/", bearer(one)).status, 200);
  EXPECT_EQ(server.command({"token", "revoke", "1"}).exit_code, 0);
  EXPECT_EQ(proxy->get("/", bearer(one)).status, 401);
  EXPECT_EQ(proxy->get("/", bearer(two)).status, 200);
  EXPECT_EQ(server.command({"user", "disable", "erika@example.com"}).exit_code, 0);
  EXPECT_EQ(proxy->get("/", bearer(two)).status, 401);
  EXPECT_EQ(server.command({"user", "enable", "erika@example.com"}).exit_code, 0);
  EXPECT_EQ(proxy->get("/", bearer(two)).status, 200);
  EXPECT_EQ(server.command({"team", "remove", "42"}).exit_code, 0);
  EXPECT_EQ(proxy->get("/", bearer(two)).status, 401);
}

TEST_P(Proxies, let_nobody_pass_while_art32_is_away) {
  const std::string token = issue();
  EXPECT_EQ(proxy->get("/", bearer(token)).status, 200);
  EXPECT_EQ(server.stop(SIGTERM), 0);
  const ProxyAnswer answer = proxy->get("/", bearer(token));
  EXPECT_GE(answer.status, 500) << answer.text;
  EXPECT_EQ(application.requests(), 1U);
  server.start();
  EXPECT_EQ(proxy->get("/", bearer(token)).status, 200);
}

TEST_P(Proxies, are_answered_all_the_time_while_another_process_takes_over) {
  const std::string token = issue();
  const auto begun = server.command({"upgrade"});
  ASSERT_EQ(begun.exit_code, 0) << begun.errors;
  int asked = 0;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (std::chrono::steady_clock::now() < until) {
    const ProxyAnswer answer = proxy->get("/", bearer(token));
    ASSERT_EQ(answer.status, 200) << asked << answer.text << proxy->log();
    ++asked;
  }
  EXPECT_GT(asked, 10);
}

TEST_P(Proxies, go_on_with_good_tokens_in_a_flood_of_wrong_ones) {
  const std::string used = issue(), fresh = issue();
  EXPECT_EQ(proxy->get("/", bearer(used)).status, 200);
  // Each another one: one and the same would be looked up all through its second of each turn.
  auto wrong = [number = 0]() mutable {
    return bearer("7|" + std::string(40, 'a') + std::to_string(++number));
  };
  int limited = 0;
  for (int count = 0; count < 300; ++count) {
    const ProxyAnswer answer = proxy->get("/", wrong());
    EXPECT_TRUE(answer.status == 401 || answer.status == 429) << answer.text;
    if (answer.status != 429) continue;
    EXPECT_THAT(answer.text, ::testing::ContainsRegex("[Rr]etry-[Aa]fter: [1-8]\r\n")) << "as art32 says";
    ++limited;
  }
  EXPECT_GT(limited, 150);
  EXPECT_EQ(proxy->get("/", bearer(used)).status, 200);
  // One that wasn't used before is told when to come again, and passes then, while the flood goes on.
  int status = 429;
  for (int turn = 0; turn < 3 && status == 429; ++turn) {
    for (int count = 0; count < 20; ++count)
      proxy->get("/", wrong());
    const ProxyAnswer answer = proxy->get("/", bearer(fresh));
    status = answer.status;
    if (status != 429) break;
    const std::size_t at = base::replace_all(answer.text, "retry-after", "Retry-After").find("Retry-After: ");
    ASSERT_NE(at, std::string::npos);
    std::this_thread::sleep_for(
        std::chrono::seconds(base::parse_number(answer.text.substr(at + 13, 1)).value_or(0)));
    status = proxy->get("/", bearer(fresh)).status;
  }
  EXPECT_EQ(status, 200);
  EXPECT_EQ(proxy->get("/", bearer(fresh)).status, 200) << "from then on";
}

INSTANTIATE_TEST_SUITE_P(Of, Proxies, ::testing::Values(Proxy::Kind::nginx, Proxy::Kind::caddy),
                         [](const auto& kind) {
                           return kind.param == Proxy::Kind::nginx ? "nginx" : "Caddy";
                         });

}  // namespace
}  // namespace art32::test
