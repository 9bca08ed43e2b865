#include "net/careless_proxy.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "net/testing.h"
#include "net/tls_client.h"

namespace art32::net {
namespace {

class CarelessProxyTest : public ::testing::Test {
 protected:
  std::unique_ptr<CarelessProxy> start(CarelessProxy::Rewrite rewrite = {}) {
    auto proxy = CarelessProxy::start(server.endpoint(), foreign.careless_tls(), std::move(rewrite));
    EXPECT_TRUE(proxy.has_value());
    return std::move(*proxy);
  }
  HttpsClientOptions client() const {
    HttpsClientOptions options;
    options.authorities_pem = foreign.authority_pem;
    return options;
  }

  testing::Server server;
  testing::Identity foreign;
};

TEST_F(CarelessProxyTest, passes_requests_and_large_answers_on_under_its_own_certificate) {
  const auto proxy = start();
  const auto through = https_get({"127.0.0.1", proxy->port(), "localhost"}, "/hello?x", client());
  ASSERT_TRUE(through.has_value()) << through.error().message();
  EXPECT_EQ(*through->response.body, "GET /hello x ");
  EXPECT_EQ(crypto::certificate_pin(through->certificate_pem),
            crypto::certificate_pin(foreign.certificate_pem));
  const auto big = https_get({"127.0.0.1", proxy->port(), "localhost"}, "/big", client());
  ASSERT_TRUE(big.has_value()) << big.error().message();
  EXPECT_EQ(big->response.body->size(), 1U << 20);
}

TEST_F(CarelessProxyTest, rewrites_the_answers_it_was_told_to) {
  const auto proxy = start([](std::string_view request, std::string answer) {
    return request.starts_with("GET /secret ") ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                               : answer;
  });
  const Endpoint endpoint{"127.0.0.1", proxy->port(), "localhost"};
  EXPECT_EQ(https_get(endpoint, "/secret", client())->response.status, 404);
  EXPECT_EQ(https_get(endpoint, "/open", client())->response.status, 200);
}

TEST_F(CarelessProxyTest, passes_malformed_requests_on) {
  const auto proxy = start();
  const auto answer = https_raw({"127.0.0.1", proxy->port(), "localhost"}, "nonsense\r\n\r\n", client());
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->starts_with("HTTP/1.1 400")) << *answer;
}

TEST_F(CarelessProxyTest, accepts_the_versions_that_the_server_refuses) {
  const auto proxy = start();
  for (const TlsVersion version : {TlsVersion::tls_1_0, TlsVersion::tls_1_1, TlsVersion::tls_1_2}) {
    const auto careless =
        attempt_tls({"127.0.0.1", proxy->port(), "localhost"}, version, std::chrono::seconds(5));
    EXPECT_EQ(careless.outcome, TlsAttempt::Outcome::accepted) << name(version) << careless.detail;
    const auto strict = attempt_tls(server.endpoint(), version, std::chrono::seconds(5));
    EXPECT_EQ(strict.outcome, TlsAttempt::Outcome::refused) << name(version);
  }
}

TEST_F(CarelessProxyTest, ends_while_a_client_dawdles) {
  auto proxy = start();
  const auto idle = connect_tcp({"127.0.0.1", proxy->port(), "localhost"}, Deadline(std::chrono::seconds(2)));
  ASSERT_TRUE(idle.has_value());
  // Served after the idle one was accepted.
  ASSERT_TRUE(https_get({"127.0.0.1", proxy->port(), "localhost"}, "/", client()).has_value());
  const auto began = std::chrono::steady_clock::now();
  proxy.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, base::limits::careless_exchange_wait / 2);
}

}  // namespace
}  // namespace art32::net
