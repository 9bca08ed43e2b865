// What the tests of faults share: one PostgreSQL for the program, a gateway for each test,
// clients that send octets, and a bystander that must not notice anything.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/gateway/gateway_for_test.h"
#include "tests/gateway/octet_client.h"

namespace art32::test {

// Prepared (prepare_postgres), up, with the role `app` as owner of the table `item`. A test
// that stops it starts it again.
PrivatePostgres& fault_postgres();

// One client that asks again and again in a thread of its own while others get into trouble.
// It has had an answer when the constructor returns, and gets another one in stop().
class Bystander {
 public:
  Bystander(std::uint16_t port, const OctetClient::Login& login);
  ~Bystander() { stop(); }
  // Ends it: what it noticed. Empty is well.
  std::string stop();

 private:
  void wait_for_answer();

  OctetClient client_;
  std::string trouble_;  // the thread's until it is joined
  std::atomic<bool> is_troubled_{false};
  bool is_silent_ = false;
  std::atomic<unsigned> answers_{0};
  std::atomic<bool> goes_on_{true};
  std::thread thread_;
};

class Faults : public testing::TestWithParam<net::LoopBackend> {
 protected:
  // Changed by the test, then started.
  std::shared_ptr<gateway::Settings> settings(GatewayChoice choice = {}) const;
  void start(const std::shared_ptr<gateway::Settings>& settings);
  void start(const GatewayChoice& choice = {}) { start(settings(choice)); }
  std::uint16_t port() const { return gateway_->port(); }

  OctetClient::Login login(const std::string& database = "app") const;
  OctetClient client(const std::string& database = "app") const;  // logged in
  // Nobody is linked to a server, and no counter of ours says that something made no sense.
  void expect_sound();
  // Counts of all pools of all workers together.
  gateway::Pool::Counts counts();
  // False if it doesn't hold in time.
  static bool eventually(const std::function<bool()>& holds);

  std::unique_ptr<gateway::Gateway> gateway_;
};

#define ART32_FAULTS_ON_BOTH_BACKENDS(suite)                                                              \
  INSTANTIATE_TEST_SUITE_P(, suite, testing::Values(net::LoopBackend::epoll, net::LoopBackend::io_uring), \
                           [](const auto& tried) { return std::string(net::name(tried.param)); })

}  // namespace art32::test
