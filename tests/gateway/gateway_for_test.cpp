#include "tests/gateway/gateway_for_test.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "crypto/channel_binding.h"
#include "crypto/random.h"
#include "net/testing.h"

namespace art32::test {

using namespace std::chrono_literals;

void prepare_postgres(const PrivatePostgres& postgres) {
  for (const char* role : {"app", "other"})
    postgres.add_role(role);
  postgres.sql("create database app owner app");
  postgres.sql(
      "grant all on schema public to app, other; create table item (id serial primary key, name text); "
      "alter table item owner to app; grant all on item, item_id_seq to other; create role reader; grant "
      "reader to app",
      "app");
}

std::shared_ptr<gateway::Settings> gateway_settings(const PrivatePostgres& postgres,
                                                    const GatewayChoice& choice) {
  auto settings = std::make_shared<gateway::Settings>();
  settings->port = 0;
  settings->plain_on_loopback = !choice.with_tls;
  settings->backend = choice.backend;
  settings->workers = choice.workers;
  settings->mock_secret = crypto::random_secret(32);
  if (choice.with_tls) {
    const net::testing::Identity identity;
    settings->tls = std::make_shared<net::TlsServerContext>(
        net::TlsServerContext::make(identity.certificate_pem, identity.key_pem,
                                    net::TlsApplication::postgresql)
            .value());
    settings->tls_end_point = crypto::tls_server_end_point(base::as_bytes(identity.certificate_pem)).value();
  }
  std::shared_ptr<const net::TlsClientContext> tls;
  if (!choice.plain_server)
    tls = std::make_shared<net::TlsClientContext>(
        net::TlsClientContext::make(postgres.authority_pem()).value());
  for (const auto& [name, mode] : {std::pair{"app", gateway::PoolMode::transaction},
                                   {"session", gateway::PoolMode::session},
                                   {"statement", gateway::PoolMode::statement}}) {
    gateway::Database database;
    database.name = name;
    database.server_name = "app";
    database.address = {"127.0.0.1", postgres.port(), "localhost"};
    database.security =
        choice.plain_server ? gateway::ServerSecurity::plain : gateway::ServerSecurity::verify_full;
    database.tls = tls;
    database.mode = mode;
    database.limits.most = choice.pool_size;
    database.limits.wait = choice.wait;
    settings->databases.emplace(name, std::move(database));
  }
  for (const char* name : {"app", "other"}) {
    gateway::Principal principal;
    principal.name = principal.server_role = name;
    principal.verifier = pgwire::parse_scram_verifier(postgres.verifier(name)).value();
    principal.server_password = base::Secret(postgres.password());
    settings->principals.emplace(name, std::move(principal));
  }
  return settings;
}

net::Finished run_client(const std::vector<std::string>& words, const std::string& input, std::uint16_t port,
                         const std::string& password, const std::string& database, const std::string& user) {
  net::Command command;
  command.arguments = words;
  command.input = input;
  command.environment = {
      "PGHOST=127.0.0.1", fmt::format("PGPORT={}", port), "PGPASSWORD=" + password, "PGDATABASE=" + database,
      "PGUSER=" + user,   "PGCONNECT_TIMEOUT=20",         "PGSSLMODE=prefer"};
  const auto finished = net::run(command, 120s);
  ART32_ASSERT(finished.has_value());
  return *finished;
}

}  // namespace art32::test
