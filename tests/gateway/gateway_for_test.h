// A gateway in this process before a PrivatePostgres, for tests: the databases `app`
// (transaction), `session` and `statement`, all the same one at the server, and the roles
// `app` and `other`, all with the server's password.
#pragma once

#include "gateway/gateway.h"
#include "tests/support/private_postgres.h"

namespace art32::test {

struct GatewayChoice {
  net::LoopBackend backend = net::LoopBackend::automatic;
  unsigned pool_size = 4;
  unsigned workers = 1;
  std::chrono::milliseconds wait{10'000};
  bool with_tls = false;
  bool plain_server = false;  // plaintext on the server leg, over TCP
};

// Roles, password and a table are there already (prepare_postgres).
std::shared_ptr<gateway::Settings> gateway_settings(const PrivatePostgres& postgres,
                                                    const GatewayChoice& choice = {});
void prepare_postgres(const PrivatePostgres& postgres);

// Runs a client program with the gateway's address and password in its environment.
net::Finished run_client(const std::vector<std::string>& words, const std::string& input, std::uint16_t port,
                         const std::string& password, const std::string& database = "app",
                         const std::string& user = "app");

}  // namespace art32::test
