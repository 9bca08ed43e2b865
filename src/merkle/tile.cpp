#include "merkle/tile.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace art32::merkle {
namespace {

// Sizes are 64-bit numbers: a tree has hashes on the tile levels 0 to 7.
constexpr unsigned tile_levels = 64 / tile_height;

std::uint64_t hashes_at(unsigned level, TreeSize size) {
  return level < tile_levels ? size.value >> (level * tile_height) : 0;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <class Integer>
std::optional<Integer> digits(std::string_view text) {
  Integer value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || !all_digits(text) || error != std::errc{}) return std::nullopt;
  return value;
}

// "x001/x234/067" is 1234067.
std::optional<std::uint64_t> parse_groups(std::string_view text) {
  std::string number;
  for (; text.size() > 4 && text[0] == 'x' && text[4] == '/'; text.remove_prefix(5))
    number += text.substr(1, 3);
  number += text;
  return text.size() == 3 ? digits<std::uint64_t>(number) : std::nullopt;
}

// What stands before the separator, cut off together with it; nothing where there is none.
std::string_view cut(std::string_view& text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {};
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at + separator.size());
  return head;
}

}  // namespace

std::string tile_path(const Tile& tile) {
  ART32_ASSERT(tile.level <= tile_level_maximum && tile.width >= 1 && tile.width <= tile_width);
  std::string groups = fmt::format("{:03}", tile.index % 1000);
  for (std::uint64_t rest = tile.index / 1000; rest > 0; rest /= 1000)
    groups = fmt::format("x{:03}/{}", rest % 1000, groups);
  std::string path = tile.kind == TileKind::entries ? "tile/entries/" + groups
                                                    : fmt::format("tile/{}/{}", tile.level, groups);
  if (tile.is_partial()) path += fmt::format(".p/{}", tile.width);
  return path;
}

std::optional<Tile> parse_tile_path(std::string_view path) {
  std::string_view rest = path;
  if (cut(rest, "/") != "tile") return std::nullopt;
  Tile tile;
  const std::string_view level = cut(rest, "/");
  if (level == "entries") {
    tile.kind = TileKind::entries;
  } else {
    const auto number = digits<unsigned>(level);
    if (!number || *number > tile_level_maximum) return std::nullopt;
    tile.level = *number;
  }
  if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
    const auto width = digits<unsigned>(rest.substr(partial + 3));
    if (!width || *width < 1 || *width >= tile_width) return std::nullopt;
    tile.width = *width;
    rest = rest.substr(0, partial);
  }
  const auto index = parse_groups(rest);
  if (!index) return std::nullopt;
  tile.index = *index;
  // Leading zeroes and groups of zeroes would be second names of the same tile.
  if (tile_path(tile) != path) return std::nullopt;
  return tile;
}

unsigned tile_width_at(unsigned level, std::uint64_t index, TreeSize size) {
  const std::uint64_t hashes = hashes_at(level, size);
  if (index > hashes / tile_width) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(tile_width, hashes - index * tile_width));
}

std::vector<Tile> tiles_of(TreeSize size, TileKind kind) {
  return new_tiles(TreeSize(0), size, kind);
}

std::vector<Tile> new_tiles(TreeSize older, TreeSize newer, TileKind kind) {
  ART32_ASSERT(older <= newer);
  std::vector<Tile> tiles;
  const unsigned levels = kind == TileKind::entries ? 1 : tile_levels;
  for (unsigned level = 0; level < levels; ++level) {
    const std::uint64_t before = hashes_at(level, older);
    const std::uint64_t after = hashes_at(level, newer);
    if (before == after) break;
    for (std::uint64_t index = before / tile_width; index < after / tile_width; ++index)
      tiles.push_back({kind, level, index, tile_width});
    const auto width = static_cast<unsigned>(after % tile_width);
    if (width > 0) tiles.push_back({kind, level, after / tile_width, width});
  }
  return tiles;
}

std::vector<Tile> partial_tiles(TreeSize size) {
  std::vector<Tile> tiles;
  for (unsigned level = 0; level < tile_levels; ++level) {
    const std::uint64_t hashes = hashes_at(level, size);
    const auto width = static_cast<unsigned>(hashes % tile_width);
    if (width > 0) tiles.push_back({TileKind::hashes, level, hashes / tile_width, width});
  }
  return tiles;
}

NodePlace place_of(const Node& node) {
  const unsigned height = node.level % tile_height;
  const std::uint64_t first = node.index << height;
  return {node.level / tile_height, first / tile_width, static_cast<unsigned>(first % tile_width),
          1U << height};
}

base::Bytes encode_tile(std::span<const Hash> hashes) {
  base::Bytes octets;
  octets.reserve(hashes.size() * hash_octets);
  for (const Hash& hash : hashes)
    base::append(octets, hash);
  return octets;
}

base::Result<std::vector<Hash>> decode_tile(base::ByteView octets, unsigned width) {
  if (octets.size() != width * hash_octets) {
    return base::failure(
        base::ErrorCode::corrupt,
        fmt::format("a tile of width {} has {} octets, not {}", width, octets.size(), width * hash_octets),
        "fetch or restore the tile again");
  }
  std::vector<Hash> hashes(width);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(i * hash_octets), hash_octets,
                hashes[i].begin());
  return hashes;
}

}  // namespace art32::merkle
