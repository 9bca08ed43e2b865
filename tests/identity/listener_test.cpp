// The listener of identity from outside: its port with TLS, the JSON API, reports of tokens that
// stand in public, a reload, and keys that rotate under it.
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "base/text.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Listener : public ::testing::Test {
 protected:
  Listener() {
    server.edit("art32.toml", "[ledger]\n", "[identity]\nport = 0\n\n[ledger]\n");
    server.start();
    endpoint = {"127.0.0.1", port_of("identity"), "localhost"};
    for (const std::vector<std::string>& words : {std::vector<std::string>{"team", "add", "42"},
                                                  {"user", "add", "erika@example.com", "--team", "42"},
                                                  {"account", "add", "shop", "--may", "customers"},
                                                  {"account", "add", "watch"}})
      EXPECT_EQ(server.command(words).exit_code, 0);
  }
  std::uint16_t port_of(const std::string& listener) const {
    const std::string all = base::read_text_file(server.folder() / "run/listeners.json").value();
    const std::size_t name = all.find("\"" + listener + "\"");
    const std::size_t object = all.rfind('{', name);
    const std::size_t at = all.find("\"port\":", object) + 7;
    return static_cast<std::uint16_t>(
        base::parse_number(all.substr(at, all.find_first_not_of("0123456789", at) - at)).value_or(0));
  }
  std::string printed(const std::vector<std::string>& words) const {
    const net::Finished finished = server.command(words);
    EXPECT_EQ(finished.exit_code, 0) << finished.errors;
    return std::string(base::trim(finished.output));
  }
  std::string issue() const {
    return printed({"token", "issue", "--team", "42", "--user", "erika@example.com"});
  }
  net::HttpResponse ask(const net::Endpoint& where, const std::string& method, const std::string& target,
                        std::vector<net::HttpHeader> headers, const std::string& body = {}) const {
    net::HttpRequest request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.body = body;
    const auto exchange = net::https_exchange(where, request, server.client());
    EXPECT_TRUE(exchange.has_value()) << exchange.error().message();
    return exchange ? exchange->response : net::HttpResponse{0, {}, std::make_shared<const std::string>()};
  }
  static std::vector<net::HttpHeader> bearer(const std::string& token) {
    return {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
  }
  std::string claim_of(const std::string& token) const {
    const net::HttpResponse answer = ask(endpoint, "GET", "/auth", bearer(token));
    EXPECT_EQ(answer.status, 200);
    return std::string(net::find_header(answer.headers, "X-Art32-Claim").value_or(""));
  }
  static std::string header_of(const std::string& claim) {
    return base::to_text(base::from_base64url(claim.substr(0, claim.find('.'))).value_or(base::Bytes()));
  }

  RunningServer server;
  net::Endpoint endpoint;
};

TEST_F(Listener, answers_over_tls_with_hsts_and_is_shown) {
  const net::HttpResponse answer = ask(endpoint, "GET", "/auth", bearer(issue()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(net::find_header(answer.headers, "Strict-Transport-Security").has_value());
  EXPECT_EQ(ask(endpoint, "GET", "/", {}).status, 404);
  const net::Finished audit = server.command({"audit"});
  EXPECT_EQ(audit.exit_code, 0) << "the probes attack this listener too" << audit.output;
  const std::string watch = printed({"account", "token", "issue", "watch"});
  EXPECT_THAT(*ask(server.endpoint(), "GET", "/metrics", bearer(watch)).body,
              HasSubstr("art32_auth_requests_total{answer=\"accepted\"} 1"));
}

TEST_F(Listener, lets_only_who_may_manage_customers_use_the_api) {
  const std::string shop = printed({"account", "token", "issue", "shop"});
  const std::string watch = printed({"account", "token", "issue", "watch"});
  EXPECT_EQ(ask(endpoint, "GET", "/api/teams", bearer(shop)).status, 200);
  EXPECT_EQ(ask(endpoint, "GET", "/api/teams", bearer(watch)).status, 403);
  EXPECT_EQ(ask(endpoint, "GET", "/api/teams", bearer(issue())).status, 401) << "a customer's token";
  EXPECT_EQ(ask(endpoint, "GET", "/api/teams", {}).status, 401);
  EXPECT_EQ(ask(server.endpoint(), "GET", "/api/teams", bearer(shop)).status, 404) << "not in public";
  EXPECT_EQ(ask(server.endpoint(), "GET", "/auth", bearer(issue())).status, 404);
  const net::HttpResponse made = ask(endpoint, "POST", "/api/tokens", bearer(shop),
                                     R"({"team":"42","user":1,"name":"api","abilities":["orders:read"]})");
  ASSERT_EQ(made.status, 201);
  const std::size_t at = made.body->find("\"plain_text\":\"") + 14;
  const std::string token = made.body->substr(at, made.body->find('"', at) - at);
  EXPECT_EQ(ask(endpoint, "GET", "/auth?ability=orders:read", bearer(token)).status, 200);
  EXPECT_EQ(ask(endpoint, "GET", "/auth?ability=orders:write", bearer(token)).status, 403);
}

TEST_F(Listener, revokes_what_a_scanner_reports_once_it_has_its_keys) {
  const std::string token = issue(),
                    body = R"([{"token":")" + token + R"(","type":"art32","url":"u","source":"content"}])";
  const base::Path key = server.folder() / "scanner.pem", report = server.folder() / "report";
  const auto openssl = [](std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    const auto finished = net::run({std::move(words), {}, {}, {}}, 10s);
    EXPECT_TRUE(finished && finished->exit_code == 0);
    return finished ? finished->output : std::string();
  };
  openssl({"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key.string()});
  const std::string pem = openssl({"ec", "-in", key.string(), "-pubout"});
  ASSERT_TRUE(base::replace_file(report, base::as_bytes(body)));
  const std::vector<net::HttpHeader> headers{
      {"Content-Type", "application/json"},
      {"Github-Public-Key-Identifier", "one"},
      {"Github-Public-Key-Signature",
       base::base64(base::as_bytes(openssl({"dgst", "-sha256", "-sign", key.string(), report.string()})))}};
  EXPECT_EQ(ask(server.endpoint(), "POST", "/token-reports", headers, body).status, 405) << "no keys yet";
  EXPECT_EQ(ask(endpoint, "GET", "/auth", bearer(token)).status, 200);
  const std::string list = R"({"public_keys":[{"key_identifier":"one","key":")" +
                           base::replace_all(pem, "\n", "\\n") + R"(","is_current":true}]})";
  ASSERT_TRUE(base::replace_file(server.folder() / "scanner.json", base::as_bytes(list)));
  server.edit("art32.toml", "port = 0\n\n[ledger]", "port = 0\nscanner_keys = \"scanner.json\"\n\n[ledger]");
  server.signal(SIGHUP);
  net::HttpResponse answer{0, {}, nullptr};  // none yet
  for (int tries = 0; tries < 200 && answer.status != 200; ++tries, std::this_thread::sleep_for(50ms))
    if (server.log().find("\"reloaded\"") != std::string::npos)
      answer = ask(server.endpoint(), "POST", "/token-reports", headers, body);
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(*answer.body, HasSubstr("true_positive"));
  EXPECT_EQ(ask(endpoint, "GET", "/auth", bearer(token)).status, 401);
  EXPECT_EQ(ask(server.endpoint(), "POST", "/token-reports", headers, body + " ").status, 403);
  EXPECT_EQ(server.log().find(token.substr(token.find('|'))), std::string::npos);
}

TEST_F(Listener, signs_with_the_next_key_as_soon_as_it_is_told) {
  const std::string token = issue();
  EXPECT_THAT(header_of(claim_of(token)), HasSubstr("\"kid\":\"k1\""));
  printed({"tenancy", "keys", "add", "claim", "k2"});
  EXPECT_THAT(header_of(claim_of(token)), HasSubstr("\"kid\":\"k1\""));
  printed({"tenancy", "keys", "sign", "claim", "k2"});
  EXPECT_THAT(header_of(claim_of(token)), HasSubstr("\"kid\":\"k2\""));
  EXPECT_NE(server.command({"tenancy", "keys", "remove", "claim", "k2"}).exit_code, 0) << "it signs";
  printed({"tenancy", "keys", "remove", "claim", "k1"});
  const std::string listed = printed({"tenancy", "keys", "list"});
  EXPECT_THAT(listed, HasSubstr("claim  k2  true"));
  EXPECT_THAT(listed, HasSubstr("entry  k1  true"));
  const std::string file = base::read_text_file(server.folder() / "keys/claim.keys").value();
  EXPECT_EQ(listed.find(file.substr(3, 16)), std::string::npos) << "no secret is shown";
}

TEST_F(Listener, ends_tokens_of_an_age_that_a_reload_sets) {
  const std::string token = issue();
  EXPECT_EQ(ask(endpoint, "GET", "/auth", bearer(token)).status, 200);
  server.edit("art32.toml", "port = 0\n\n[ledger]", "port = 0\ntoken_life = \"30s\"\n\n[ledger]");
  const net::Finished checked = server.command({"check"});
  EXPECT_NE(checked.exit_code, 0);
  EXPECT_THAT(checked.output + checked.errors, HasSubstr("token_life"));
  server.edit("art32.toml", "token_life = \"30s\"", "token_life = \"90d\"");
  server.signal(SIGHUP);
  EXPECT_EQ(ask(endpoint, "GET", "/auth", bearer(token)).status, 200);
  server.edit("art32.toml", "port = 0\ntoken_life", "port = 1\ntoken_life");
  server.signal(SIGHUP);
  for (int tries = 0; tries < 200 && server.log().find("reload refused") == std::string::npos; ++tries)
    std::this_thread::sleep_for(20ms);
  EXPECT_THAT(server.log(), HasSubstr("[identity] can't change while the server runs"));
}

}  // namespace
}  // namespace art32::test
