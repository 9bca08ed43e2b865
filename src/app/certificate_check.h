// Whether the configured certificate can serve: at start, at reload and for
// `art32 check`, by the same rule.
#pragma once

#include "app/configuration.h"
#include "app/folder.h"
#include "base/result.h"

namespace art32::app {

// Chain and key belong together, the certificate is for server.name, and no
// signature in it or in the installation's own authority is damaged. An expired
// one is the clients' to refuse: it doesn't keep the server from starting.
base::Status check_server_certificate(const Folder& folder, const Configuration& configuration,
                                      std::string_view chain_pem, std::string_view key_pem);

}  // namespace art32::app
