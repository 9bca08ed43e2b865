// SPKI pins: which are published since when, and the rule of rotation: a served
// key must have been published before, so that no client that pins is stranded.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "app/configuration.h"
#include "base/time.h"
#include "portal/portal.h"
#include "store/database.h"

namespace art32::app {

std::vector<store::Migration> pin_migrations();

// Whether a key file holds only the public half; then it is no secret.
base::Result<bool> is_public_key_file(const base::Path& path);

// Every file of this installation that must stay private.
std::vector<base::Path> private_key_files(const Folder& folder, const Configuration& configuration);

// The pins of the configured keys, newly named ones as published `now`; records
// nothing. `conflict` when the served key was never published although others were:
// the mend tells how to rotate.
base::Result<std::vector<portal::Pin>> read_pins(const Folder& folder, const Configuration& configuration,
                                                 const store::Database& database, std::mutex& database_mutex,
                                                 base::Instant now);

// For pins that are being served: only what clients could see counts as published.
base::Status record_pins(const std::vector<portal::Pin>& pins, store::Database& database,
                         std::mutex& database_mutex);

}  // namespace art32::app
