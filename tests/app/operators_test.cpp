// Pages for operators: on a listener of their own, on the loopback, and nowhere else.
#include <gtest/gtest.h>

#include "net/listening_socket.h"
#include "tests/support/running_server.h"

namespace art32::test {
namespace {

std::uint16_t free_port() {
  return net::local_port(net::listen_tcp("127.0.0.1", 0)->number());
}

std::string text(const net::HttpsExchange& exchange) {
  return exchange.response.body ? *exchange.response.body : "";
}

TEST(OperatorsListener, shows_what_the_public_one_does_not) {
  RunningServer server;
  const std::uint16_t port = free_port();
  server.edit("art32.toml", "[ledger]\n", "[operators]\nport = " + std::to_string(port) + "\n\n[ledger]\n");
  server.start();
  const auto get = [&](std::string_view target) {
    return net::https_get({"127.0.0.1", port, "localhost"}, target, server.client());
  };
  const auto page = get("/en/");
  ASSERT_TRUE(page.has_value()) << page.error().message();
  EXPECT_EQ(page->response.status, 200);
  EXPECT_NE(text(*page).find("No gateway runs here"), std::string::npos);
  const auto metrics = get("/metrics");
  ASSERT_TRUE(metrics.has_value());
  EXPECT_NE(text(*metrics).find("art32_ledger_entries"), std::string::npos);
  EXPECT_EQ(server.get("/gateway.json").response.status, 404);
  EXPECT_EQ(server.get("/metrics").response.status, 401);
  EXPECT_EQ(get("/de/annex")->response.status, 404);
}

TEST(OperatorsListener, stands_on_the_loopback_only) {
  RunningServer server;
  server.edit("art32.toml", "[ledger]\n", "[operators]\naddress = \"0.0.0.0\"\n\n[ledger]\n");
  const net::Finished checked = server.command({"check"});
  EXPECT_NE(checked.exit_code, 0);
  EXPECT_NE((checked.output + checked.errors).find("127.0.0.1 or ::1"), std::string::npos) << checked.output;
}

TEST(OperatorsListener, says_which_port_is_taken) {
  RunningServer server;
  const auto taken = net::listen_tcp("127.0.0.1", 0);
  const std::string port = std::to_string(net::local_port(taken->number()));
  server.edit("art32.toml", "[ledger]\n", "[operators]\nport = " + port + "\n\n[ledger]\n");
  const net::Finished served = server.command({"serve"});
  EXPECT_NE(served.exit_code, 0);
  EXPECT_NE(served.errors.find("[operators]"), std::string::npos) << served.errors;
  EXPECT_NE(served.errors.find(port), std::string::npos) << served.errors;
}

}  // namespace
}  // namespace art32::test
