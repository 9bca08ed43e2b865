// Hashes of perfect subtrees, read out of tiles: what proofs are made from.
//
// Fetch gives a tile's octets (from a file, a server, a map); it is asked for
// each tile as it is at the tree's size, once while the tile stays in the small
// cache. The reader trusts what it fetches: whoever doesn't trust the source
// compares the root. Borrows nothing but what Fetch holds. One thread at a time.
#pragma once

#include <functional>
#include <list>

#include "merkle/proof.h"
#include "merkle/tile.h"

namespace art32::merkle {

using FetchTile = std::function<base::Result<base::Bytes>(const Tile&)>;

class TileNodeReader final : public NodeReader {
 public:
  TileNodeReader(TreeSize size, FetchTile fetch) : size_(size), fetch_(std::move(fetch)) {}

  // `not_found` for a subtree that reaches past the tree's end.
  base::Result<Hash> node(const Node& node) override;

 private:
  struct Cached {
    Tile tile;
    std::vector<Hash> hashes;
  };
  base::Result<const Cached*> load(const Tile& tile);

  TreeSize size_;
  FetchTile fetch_;
  std::list<Cached> cache_;  // newest first
};

}  // namespace art32::merkle
