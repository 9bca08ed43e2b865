#include "tests/gateway/traps.h"

#include "tests/gateway/prepared_postgres.h"

namespace art32::test {

PrivatePostgres& trap_postgres() {
  return prepared_postgres();
}

void Traps::start(const std::shared_ptr<gateway::Settings>& settings) {
  auto started = gateway::Gateway::start(settings);
  ASSERT_TRUE(started.has_value()) << started.error().message();
  gateway = std::move(*started);
}

void Traps::start(GatewayChoice choice) {
  choice.backend = GetParam();
  start(gateway_settings(trap_postgres(), choice));
}

std::unique_ptr<RawClient> Traps::client(RawClient::Login login) {
  auto client = std::make_unique<RawClient>(gateway->port());
  if (login.password.empty()) login.password = trap_postgres().password();
  const Answers answers = client->log_in(login);
  EXPECT_TRUE(answers.types.ends_with("ZI")) << answers.types << testing::PrintToString(answers.errors);
  return client;
}

std::unique_ptr<RawClient> Traps::scripted_client() {
  return client({.password = ScriptedServer::password()});
}

std::unique_ptr<RawClient> Traps::direct_client() {
  auto client = std::make_unique<RawClient>(trap_postgres().port());
  const Answers answers = client->log_in({.password = trap_postgres().password()});
  EXPECT_TRUE(answers.types.ends_with("ZI")) << answers.types;
  return client;
}

std::uint64_t Traps::count(gateway::Counter gateway::Counters::*counter) const {
  std::uint64_t sum = 0;
  for (const gateway::Counters* counters : gateway->counters())
    sum += (counters->*counter).value();
  return sum;
}

std::size_t Traps::prepared_texts() const {
  std::size_t size = 0;
  gateway->workers()[0]->ask([&](gateway::Worker& worker) { size = worker.statements().size(); });
  return size;
}

}  // namespace art32::test
