// The keys of claims and entries as an installation keeps them, and the entrance made of them.
// Two files, as docs/formats/claim.md says: who may make claims has the first, the databases
// have the second.
#pragma once

#include <memory>

#include "app/configuration.h"
#include "tenancy/entrance.h"

namespace art32::app {

// Makes the files that aren't there, with one fresh key each.
base::Status make_tenancy_keys(const Folder& folder);

// Who a claim has to be for: [server] name. Null where no database is separated.
base::Result<std::shared_ptr<const model::Entrance>> load_entrance(const Folder& folder,
                                                                   const Configuration& configuration);

}  // namespace art32::app
