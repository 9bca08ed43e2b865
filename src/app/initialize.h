// Makes a new installation: folders, keys, a development certificate authority,
// the default annex, an empty ledger. All is made in a folder beside (.init) and
// then moved into place, art32.toml last: a half-made folder is never taken for a
// whole one, and an init that was interrupted is finished by the next.
#pragma once

#include "app/configuration.h"
#include "base/result.h"
#include "base/time.h"

namespace art32::app {

// `already_exists` when the folder holds any part of an installation: nothing is
// ever overwritten.
base::Status initialize(const Folder& folder, const Configuration& configuration, const base::Clock& clock);

}  // namespace art32::app
