#include "merkle/tile_reader.h"

namespace art32::merkle {
namespace {

// A proof reads at most the tiles on two paths from leaf to root.
constexpr std::size_t cached_tiles = 16;

}  // namespace

base::Result<Hash> TileNodeReader::node(const Node& node) {
  if (node.level > 62 || node.index >= size_.value >> node.level) {
    return base::failure(base::ErrorCode::not_found,
                         "the subtree " + std::to_string(node.index) + " of level " +
                             std::to_string(node.level) + " reaches past a tree of " +
                             std::to_string(size_.value) + " leaves",
                         "ask for a subtree inside the tree");
  }
  const NodePlace place = place_of(node);
  const unsigned width = tile_width_at(place.tile_level, place.tile_index, size_);
  ART32_ASSIGN(const Cached* tile, load({TileKind::hashes, place.tile_level, place.tile_index, width}));
  return perfect_root(std::span(tile->hashes).subspan(place.first, place.count));
}

base::Result<const TileNodeReader::Cached*> TileNodeReader::load(const Tile& tile) {
  for (auto it = cache_.begin(); it != cache_.end(); ++it) {
    if (it->tile != tile) continue;
    cache_.splice(cache_.begin(), cache_, it);
    return &cache_.front();
  }
  ART32_ASSIGN(const base::Bytes octets, fetch_(tile));
  base::Result<std::vector<Hash>> hashes = decode_tile(octets, tile.width);
  if (!hashes) return tl::unexpected(hashes.error().within(tile_path(tile)));
  cache_.push_front({tile, std::move(*hashes)});
  if (cache_.size() > cached_tiles) cache_.pop_back();
  return &cache_.front();
}

}  // namespace art32::merkle
