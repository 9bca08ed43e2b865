// How libpq reaches the server of a configured database, past the gateway, with the same trust: for
// the server's own looks at it. Plain values.
#pragma once

#include <vector>

#include "app/configuration.h"
#include "gateway/settings.h"
#include "net/postgres_client.h"

namespace art32::app {

// Without host and address. `application`: as the server shows it.
net::PostgresServer database_server(const Folder& folder, const GatewayDatabase& configured,
                                    std::string application);

// One for each address of each host, looked up now, in the order in which they are tried. Blocking;
// errors as of gateway::server_targets().
base::Result<std::vector<net::PostgresServer>> reachable_servers(const net::PostgresServer& server,
                                                                 const gateway::Database& database);

}  // namespace art32::app
