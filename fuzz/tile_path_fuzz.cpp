// Tile paths: what parses has no second spelling, and lies in the tree of a size
// exactly when that size's width reaches it.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/tile.h"

namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const merkle::TreeSize tree_size(input.number(8));
  const auto tile = merkle::parse_tile_path(input.text());
  if (!tile) return 0;
  ART32_ASSERT(merkle::tile_path(*tile) == input.text());
  ART32_ASSERT(tile->width >= 1 && tile->width <= merkle::tile_width);
  ART32_ASSERT(merkle::tile_width_at(tile->level, tile->index, tree_size) <= merkle::tile_width);
  return 0;
}
