// Tiles: names, widths and lists (c2sp.org/tlog-tiles, "Merkle Tree", "Partial
// Tiles", "Log entries").
//
// A tile holds up to 256 hashes of 32 octets; those of level L are roots of
// perfect subtrees of 256^L leaves. An entry bundle holds the entries of the
// level-0 tile of the same index and width. Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "merkle/tree.h"

namespace art32::merkle {

inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_width = 1U << tile_height;
inline constexpr unsigned tile_level_maximum = 63;
inline constexpr std::size_t hash_octets = std::tuple_size_v<Hash>;

enum class TileKind { hashes, entries };

struct Tile {
  TileKind kind = TileKind::hashes;
  unsigned level = 0;  // of hashes; 0 for entries
  std::uint64_t index = 0;
  unsigned width = tile_width;  // 1 to 256; below 256 it is partial

  bool is_partial() const { return width < tile_width; }
  Tile full() const { return {kind, level, index, tile_width}; }
  bool operator==(const Tile&) const = default;
};

// "tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/273.p/112".
std::string tile_path(const Tile& tile);
// Nothing for a path that tile_path would not have written.
std::optional<Tile> parse_tile_path(std::string_view path);

// How many hashes of a tile's place exist at `size`: 0 to 256.
unsigned tile_width_at(unsigned level, std::uint64_t index, TreeSize size);

// Every tile (or bundle) of a tree, level by level, left to right. Without empty ones.
std::vector<Tile> tiles_of(TreeSize size, TileKind kind);
// Those of tiles_of(newer) that tiles_of(older) lacks; a wider partial tile is a
// new one. older <= newer.
std::vector<Tile> new_tiles(TreeSize older, TreeSize newer, TileKind kind);
// The partial tiles at the tree's right edge, lowest level first, at most one a level.
std::vector<Tile> partial_tiles(TreeSize size);

// Where a perfect subtree's hash is found: the root over `count` hashes (a power
// of two, at most 128) from `first` on, in the tile of this level and index.
struct NodePlace {
  unsigned tile_level = 0;
  std::uint64_t tile_index = 0;
  unsigned first = 0;
  unsigned count = 1;

  bool operator==(const NodePlace&) const = default;
};
NodePlace place_of(const Node& node);

// A tile's hashes as octets and back. `corrupt` unless there are `width` of them.
base::Bytes encode_tile(std::span<const Hash> hashes);
base::Result<std::vector<Hash>> decode_tile(base::ByteView octets, unsigned width);

}  // namespace art32::merkle
