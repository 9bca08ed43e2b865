// Checks a folder's tiles against a checkpoint that is already believed.
//
// From the root down: the tiles at the right edge give the root, each lower tile
// gives its hash in the one above, each entry its hash in the lowest. So every
// octet that is checked is what was signed, and the first file that isn't is named.
// Streams: a few tiles in memory at a time. Any thread; needs no lock, and the
// ledger may grow meanwhile.
#pragma once

#include <functional>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "merkle/tile_builder.h"

namespace art32::ledger {

struct TileCheck {
  std::uint64_t entries_from = 0;  // bundles are read from this entry on; hashes always all
  std::function<void(std::uint64_t done, std::uint64_t all)> progress = {};  // of entries
};

// The tree at the checkpoint, to go on from. `corrupt`, naming the file.
base::Result<merkle::TileBuilder> check_tiles(const base::Path& ledger_folder,
                                              const merkle::Checkpoint& checkpoint,
                                              const TileCheck& check = {});

}  // namespace art32::ledger
