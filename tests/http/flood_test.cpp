// Anonymous visitors who send wrong passwords as fast as they can, against the whole
// program: whoever has a token, asks how the system is, reads the ledger or audits
// must not notice.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/bytes.h"
#include "base/text.h"
#include "tests/http/abuse.h"
#include "tests/support/running_server.h"

namespace art32::http_test {
namespace {

using namespace std::chrono_literals;

constexpr unsigned threads = 8, connections_each = 10;
constexpr std::string_view password = "correct horse battery staple";

std::string basic(std::string_view name, std::string_view secret) {
  return "Basic " + base::base64(base::as_bytes(std::string(name) + ":" + std::string(secret)));
}

// Eighty connections with wrong passwords, again and again, while it lives.
class Flood {
 public:
  enum class Names { one, invented };

  Flood(const net::Endpoint& endpoint, Names names) : names_(names) {
    for (unsigned count = 0; count < threads; ++count)
      threads_.emplace_back([this, endpoint](const std::stop_token& stop) { pour(endpoint, stop); });
  }

  // Until every connection has sent something; false if that takes too long.
  bool has_begun() const {
    const net::Deadline deadline(30s);
    while (sent_ < threads * connections_each && !deadline.passed())
      std::this_thread::sleep_for(10ms);
    return sent_ >= threads * connections_each;
  }

  std::size_t sent() const { return sent_; }
  std::size_t let_in() const { return let_in_; }

 private:
  void pour(const net::Endpoint& endpoint, const std::stop_token& stop) {
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (unsigned count = 0; count < connections_each; ++count)
      visitors.push_back(
          std::make_unique<Visitor>(net::connect_tcp(endpoint, net::Deadline(patience)).value()));
    while (!stop.stop_requested()) {
      for (const auto& visitor : visitors) {
        const std::size_t number = ++sent_;
        const std::string name = names_ == Names::one ? "admin" : "invented-" + std::to_string(number);
        visitor->send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + basic(name, "wrong") +
                      "\r\n\r\n");
        if (visitor->receive(5ms).octets.find("HTTP/1.1 200") != std::string::npos) ++let_in_;
      }
    }
  }

  const Names names_;
  std::atomic<std::size_t> sent_{0}, let_in_{0};
  std::vector<std::jthread> threads_;
};

class FloodOfWrongPasswords : public testing::TestWithParam<Flood::Names> {
 protected:
  void SetUp() override {
    server.start();
    ASSERT_EQ(server.command({"account", "add", "watch"}).exit_code, 0);
    ASSERT_EQ(server.command({"account", "password", "watch"}, std::string(password) + "\n").exit_code, 0);
    const net::Finished issued = server.command({"account", "token", "issue", "watch"});
    ASSERT_EQ(issued.exit_code, 0);
    token = base::trim(issued.output);
  }

  // The time that an answer of 200 takes; fails the test if it is another, or none within ten seconds.
  Milliseconds answer_time(const std::string& target, const std::string& authorization) const {
    std::vector<net::HttpHeader> headers;
    if (!authorization.empty()) headers.push_back({"Authorization", authorization});
    net::HttpsClientOptions options = server.client();
    options.limit = 10s;
    const auto begin = std::chrono::steady_clock::now();
    const auto exchange = net::https_get(server.endpoint(), target, options, std::move(headers));
    const auto time = std::chrono::ceil<Milliseconds>(std::chrono::steady_clock::now() - begin);
    EXPECT_TRUE(exchange.has_value()) << target << ": " << exchange.error().message();
    EXPECT_TRUE(exchange && exchange->response.status == 200) << target;
    return time;
  }

  // What everybody else asks for, so many times over: the median time of each.
  std::vector<Milliseconds> median_times(std::size_t rounds) const {
    const std::vector<std::pair<std::string, std::string>> asked{{"/healthz", ""},
                                                                 {"/ledger/checkpoint", ""},
                                                                 {"/ledger/key", ""},
                                                                 {"/metrics", "Bearer " + token},
                                                                 {"/metrics", basic("watch", password)}};
    std::vector<Milliseconds> medians;
    for (const auto& [target, authorization] : asked) {
      std::vector<Milliseconds> times(rounds);
      for (Milliseconds& time : times)
        time = answer_time(target, authorization);
      std::ranges::sort(times);
      medians.push_back(times[times.size() / 2]);
    }
    return medians;
  }

  test::RunningServer server;
  std::string token;
};

TEST_P(FloodOfWrongPasswords, leaves_everybody_else_their_answers) {
  std::vector<Milliseconds> during;
  {
    const Flood flood(server.endpoint(), GetParam());
    ASSERT_TRUE(flood.has_begun());
    during = median_times(10);
    const net::Finished audit = server.command({"audit"});
    EXPECT_EQ(audit.exit_code, 0) << audit.output << audit.errors;
    EXPECT_GE(flood.sent(), 800U) << "too slow to be a flood";
    EXPECT_EQ(flood.let_in(), 0U);
  }
  // Afterwards, so that nobody had signed in before the flood came.
  const std::vector<Milliseconds> after = median_times(3);
  for (std::size_t number = 0; number < after.size(); ++number)
    EXPECT_LE(during[number], std::max<Milliseconds>(2s, 5 * after[number])) << number;
  const std::string log = server.log();
  EXPECT_NE(log.find("sign-ins refused"), std::string::npos) << log;
  EXPECT_LE(base::split(log, '\n').size(), 40U) << "a line for each attempt?\n" << log;
  for (const std::string& secret : {std::string("wrong:"), std::string("invented-"), token})
    EXPECT_EQ(log.find(secret), std::string::npos) << secret;
  EXPECT_EQ(server.stop(SIGTERM), 0);
}

INSTANTIATE_TEST_SUITE_P(Names, FloodOfWrongPasswords,
                         testing::Values(Flood::Names::one, Flood::Names::invented), [](const auto& each) {
                           return each.param == Flood::Names::one ? "one" : "invented";
                         });

}  // namespace
}  // namespace art32::http_test
