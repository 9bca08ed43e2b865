#include "merkle/tile_builder.h"

#include "base/assert.h"

namespace art32::merkle {

base::Result<TileBuilder> TileBuilder::restore(TreeSize size, const FetchTile& fetch) {
  TileBuilder builder;
  builder.size_ = size;
  builder.taken_ = size;
  for (const Tile& tile : partial_tiles(size)) {
    ART32_ASSIGN(const base::Bytes octets, fetch(tile));
    base::Result<std::vector<Hash>> hashes = decode_tile(octets, tile.width);
    if (!hashes) return tl::unexpected(hashes.error().within(tile_path(tile)));
    builder.edge_.resize(tile.level + 1);
    builder.edge_.back() = std::move(*hashes);
  }
  return builder;
}

void TileBuilder::append(const Hash& leaf) {
  ART32_ASSERT(size_.value < tree_size_maximum);
  ++size_.value;
  push(0, leaf);
}

void TileBuilder::push(unsigned level, const Hash& hash) {
  if (edge_.size() <= level) edge_.resize(level + 1);
  std::vector<Hash>& tile = edge_[level];
  tile.reserve(tile_width);
  tile.push_back(hash);
  if (tile.size() < tile_width) return;
  const std::uint64_t index = (size_.value >> ((level + 1) * tile_height)) - 1;
  full_.push_back({{TileKind::hashes, level, index, tile_width}, encode_tile(tile)});
  const Hash root = perfect_root(tile);
  tile.clear();
  push(level + 1, root);
}

Hash TileBuilder::root() const {
  std::vector<Hash> subtrees;
  for (std::size_t level = edge_.size(); level-- > 0;) {
    const std::span<const Hash> tile = edge_[level];
    for (const Node& part : subtrees_of(TreeSize(tile.size())))
      subtrees.push_back(perfect_root(tile.subspan(part.index << part.level, std::size_t{1} << part.level)));
  }
  return root_of_subtrees(subtrees);
}

std::vector<TileContent> TileBuilder::take_new_tiles() {
  std::vector<TileContent> tiles = std::move(full_);
  full_.clear();
  for (const Tile& tile : partial_tiles(size_)) {
    const unsigned shift = tile.level * tile_height;
    if (taken_.value >> shift != size_.value >> shift)
      tiles.push_back({tile, encode_tile(edge_[tile.level])});
  }
  taken_ = size_;
  return tiles;
}

}  // namespace art32::merkle
