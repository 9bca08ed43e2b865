// Whether a database's server can be reached as the pools reach it: the same dial, the same
// TLS, the same log-in, once. For `art32 check` and for probes.
//
// Blocks its caller on an event loop of its own, at most PoolLimits::connect for each address.
// Any thread.
#pragma once

#include <vector>

#include "gateway/role_lookup.h"
#include "gateway/server_login.h"
#include "gateway/settings.h"

namespace art32::gateway {

// Every address of every host, looked up now, in the order in which they are tried.
base::Result<std::vector<ServerTarget>> server_targets(const Database& database);

// The first address that lets us come to where a password would be sent: TCP and TLS. Else
// the error of the last, as ServerDial has it.
base::Status reach_server(const Database& database);

// As the principal, all the way; what the server says of itself. Errors as ServerLogin's.
base::Result<ServerFacts> sign_in_to_server(const Database& database, const Principal& principal);

// A user by the database's auth query, which it has. Errors as RoleLookup's.
base::Result<std::optional<RoleLookup::Role>> look_up_role(const Database& database, const std::string& user);

}  // namespace art32::gateway
