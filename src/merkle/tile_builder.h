// Grows a tree tile by tile: takes leaf hashes, gives the tiles that became new,
// upper levels included, and the root.
//
// Keeps only the tree's right edge: at most 255 hashes a level. Each hash of the
// tree is computed once. A value; one thread at a time.
#pragma once

#include <vector>

#include "merkle/tile.h"
#include "merkle/tile_reader.h"

namespace art32::merkle {

struct TileContent {
  Tile tile;
  base::Bytes octets;
};

class TileBuilder {
 public:
  TileBuilder() = default;  // the empty tree
  // Goes on from partial_tiles(size), read by `fetch`. `corrupt` when one isn't
  // as wide as it must be; compare root() with the checkpoint's.
  static base::Result<TileBuilder> restore(TreeSize size, const FetchTile& fetch);

  void append(const Hash& leaf);
  TreeSize size() const { return size_; }
  Hash root() const;

  // new_tiles(size at the last take, size(), hashes) with their octets: full
  // ones in the order they filled, then the partial ones, lowest level first.
  std::vector<TileContent> take_new_tiles();

 private:
  void push(unsigned level, const Hash& hash);

  TreeSize size_;
  TreeSize taken_;
  std::vector<std::vector<Hash>> edge_;  // [level]: hashes of the partial tile
  std::vector<TileContent> full_;
};

}  // namespace art32::merkle
