// What the tests of protocol traps share: one PostgreSQL for the program, a gateway before
// it on either back end, and clients that say what they are told. Each trap is a row of the
// table of bugs that other poolers had; the tests are named after them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/gateway_for_test.h"
#include "tests/gateway/raw_client.h"
#include "tests/gateway/scripted_server.h"

namespace art32::test {

PrivatePostgres& trap_postgres();

class Traps : public testing::TestWithParam<net::LoopBackend> {
 protected:
  void start(GatewayChoice choice = {});
  // Before another server than trap_postgres().
  void start(const std::shared_ptr<gateway::Settings>& settings);

  // Signed in to trap_postgres() through the gateway.
  std::unique_ptr<RawClient> client(RawClient::Login login = {});
  // Signed in to a scripted server through the gateway.
  std::unique_ptr<RawClient> scripted_client();
  // The same to trap_postgres() itself, without the gateway.
  static std::unique_ptr<RawClient> direct_client();

  std::uint64_t count(gateway::Counter gateway::Counters::*counter) const;
  std::size_t prepared_texts() const;  // in the first worker's book

  std::unique_ptr<gateway::Gateway> gateway;
};

#define ART32_ON_BOTH_BACK_ENDS(suite)                                                                    \
  INSTANTIATE_TEST_SUITE_P(, suite, testing::Values(net::LoopBackend::epoll, net::LoopBackend::io_uring), \
                           [](const auto& tried) { return std::string(net::name(tried.param)); })

}  // namespace art32::test
