#include "tests/app/program_with_gateway.h"

#include <gtest/gtest.h>

#include "audit/scratch_gateway.h"
#include "base/text.h"

namespace art32::test {

void ProgramWithGateway::add_gateway() {
  auto started = net::ScratchPostgres::start({});
  ASSERT_TRUE(started.has_value()) << started.error().message();
  postgres = std::move(*started);
  auto lines =
      audit::add_scratch_gateway(*postgres, server.folder(), server.command({"tenancy", "functions"}).output);
  ASSERT_TRUE(lines.has_value()) << lines.error().message();
  server.edit("art32.toml", "[ledger]\n", *lines + "\n[ledger]\n");
  const auto prepared = server.command({"trail", "apply", "--connection", postgres->connection("tenants")});
  ASSERT_EQ(prepared.exit_code, 0) << prepared.errors;
}

std::uint16_t ProgramWithGateway::gateway_port() const {
  const std::string listeners = base::read_text_file(server.folder() / "run/listeners.json").value();
  const std::size_t at = listeners.find("\"port\":", listeners.find("\"gateway\"")) + 7;
  return static_cast<std::uint16_t>(
      base::parse_number(listeners.substr(at, listeners.find_first_not_of("0123456789", at) - at)).value());
}

base::Result<std::unique_ptr<net::PostgresClient>> ProgramWithGateway::sign_in(
    std::uint16_t port, const std::string& user, const std::string& password,
    const std::string& database) const {
  return net::PostgresClient::connect({"127.0.0.1", port, "localhost"},
                                      base::read_text_file(server.folder() / "keys/authority.crt").value(),
                                      {user, base::Secret(password), database}, std::chrono::seconds(10));
}

}  // namespace art32::test
