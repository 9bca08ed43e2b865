// What [gateway] names, read and checked: passwords, verifiers, certificates and
// authorities, made into the settings that the gateway runs by.
#pragma once

#include <memory>

#include "app/configuration.h"
#include "base/secret.h"
#include "gateway/settings.h"
#include "identity/principals.h"

namespace art32::app {

// What the gateway has of other capabilities; null where it has nothing of one.
struct GatewayParts {
  gateway::LoginGates& gates;  // of databases whose posture is enforced
  std::shared_ptr<const model::Entrance> entrance = nullptr;
  std::shared_ptr<gateway::StatementLog> statement_log = nullptr;  // where statements of staff are sealed
  std::shared_ptr<model::Bearers> bearers = nullptr;
};

// `stored`: who signs in beside those of the configuration. `chain_pem` and `key_pem` are the server's own,
// as the portal shows them. `configuration` or `permission`, with the place in art32.toml, when something
// that the configuration names is missing, readable by others, or can't work.
base::Result<std::shared_ptr<const gateway::Settings>> make_gateway_settings(
    const Folder& folder, const GatewayConfiguration& configuration,
    const std::vector<identity::Principal>& stored, std::string_view chain_pem, const base::Secret& key_pem,
    const GatewayParts& parts);

// Of the authorities that may have signed the certificate of the database's server.
base::Path authority_file(const Folder& folder, const GatewayDatabase& database);

// A kind that people who come and go may have; `invalid_argument` for another word.
base::Result<gateway::PrincipalKind> stored_principal_kind(std::string_view word);

// The files among it that hold secrets, for the check of modes.
std::vector<base::Path> gateway_secret_files(const Folder& folder, const GatewayConfiguration& configuration);

}  // namespace art32::app
