// The program and a PostgreSQL of its own behind its gateway (audit/scratch_gateway.h): what
// fixtures of such tests have in common.
//
// Made by add_gateway() in SetUp; nothing runs until the test starts the server. One thread.
#pragma once

#include "net/postgres_client.h"
#include "net/scratch_postgres.h"
#include "tests/support/running_server.h"

namespace art32::test {

class ProgramWithGateway {
 protected:
  void add_gateway();  // fails the test where it can't
  // As run/listeners.json says. At an upgrade the file isn't there for a moment; the port stays.
  std::uint16_t gateway_port() const;
  base::Result<std::unique_ptr<net::PostgresClient>> sign_in(std::uint16_t port, const std::string& user,
                                                             const std::string& password,
                                                             const std::string& database) const;

  RunningServer server;
  std::unique_ptr<net::ScratchPostgres> postgres;
};

}  // namespace art32::test
