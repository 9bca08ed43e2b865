#include "app/database_server.h"

#include "app/gateway_settings.h"
#include "gateway/server_check.h"

namespace art32::app {

net::PostgresServer database_server(const Folder& folder, const GatewayDatabase& configured,
                                    std::string application) {
  net::PostgresServer server;
  server.port = configured.port;
  server.has_tls = configured.security == gateway::ServerSecurity::verify_full;
  server.authorities = authority_file(folder, configured);
  if (!configured.certificate.empty()) {
    server.certificate = folder.resolve(configured.certificate);
    server.key = folder.resolve(configured.key);
  }
  server.application = std::move(application);
  return server;
}

base::Result<std::vector<net::PostgresServer>> reachable_servers(const net::PostgresServer& server,
                                                                 const gateway::Database& database) {
  ART32_ASSIGN(const auto targets, gateway::server_targets(database));
  std::vector<net::PostgresServer> servers;
  for (const gateway::ServerTarget& target : targets) {
    net::PostgresServer& each = servers.emplace_back(server);
    const bool is_local = target.host.starts_with('/');
    each.host = is_local || database.address.name.empty() ? target.host : database.address.name;
    if (!is_local) each.address = target.address.host();
  }
  return servers;
}

}  // namespace art32::app
