// Tiles and entry bundles as files, in C2SP tlog-tiles' own layout: a copy of
// the folder can be served by any web server.
//
// write() puts each file there whole or not at all. The functions that read need
// no lock and no key: the owner uses them, and so does an outsider with a copy.
// A partial tile may be cut from a wider one of its place, because its hashes
// never change; so reading works while the ledger grows.
#pragma once

#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "merkle/tile_builder.h"

namespace art32::ledger {

// Writes, syncs, renames, then syncs the folders: durable when it returns.
base::Status write_tiles(const base::Path& ledger_folder, std::span<const merkle::TileContent> tiles);
// Without a trace of failure: a partial tile that stays is only a wasted file.
void remove_tiles(const base::Path& ledger_folder, std::span<const merkle::Tile> tiles);

// Exactly the tile's width, cut from a wider file where need be. `corrupt`,
// naming the file, when it is missing or its length is wrong.
base::Result<base::Bytes> read_tile(const base::Path& ledger_folder, const merkle::Tile& tile);

// The first `width` hashes or entries of a wider tile's octets. `corrupt` if they aren't there.
base::Result<base::Bytes> cut_tile(const merkle::Tile& wider, base::ByteView octets, unsigned width);

}  // namespace art32::ledger
