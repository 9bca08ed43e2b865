#include "ledger/tile_check.h"

#include "ledger/entry.h"
#include "ledger/tile_store.h"
#include "merkle/entry_bundle.h"

namespace art32::ledger {
namespace {

using merkle::Hash;
using merkle::Tile;
using merkle::TileKind;
using merkle::TreeSize;

constexpr unsigned highest_level = 7;  // 256^8 is beyond every size

tl::unexpected<base::Error> damaged(const base::Path& folder, const Tile& tile, std::string_view how) {
  return base::failure(
      base::ErrorCode::corrupt, fmt::format("{} {}", (folder / merkle::tile_path(tile)).string(), how),
      "nothing was changed; restore the ledger's folder from a backup and keep the damaged copy "
      "as evidence");
}

// One pass over a folder.
class Checker {
 public:
  Checker(const base::Path& folder, const merkle::Checkpoint& checkpoint, const TileCheck& check)
      : folder_(folder), checkpoint_(checkpoint), check_(check), size_(checkpoint.size) {}

  base::Result<merkle::TileBuilder> check_edge();
  base::Status check_below();

 private:
  base::Result<std::vector<Hash>> load(const Tile& tile) const;
  base::Result<std::vector<Hash>> children_of(const Tile& tile) const;
  base::Status name_damage_at_edge() const;
  base::Status check_level(unsigned level);
  base::Status check_entries(const Tile& tile, std::span<const Hash> hashes);

  const base::Path& folder_;
  const merkle::Checkpoint& checkpoint_;
  const TileCheck& check_;
  TreeSize size_;
  base::Instant newest_ = base::Instant::min();
};

base::Result<std::vector<Hash>> Checker::load(const Tile& tile) const {
  ART32_ASSIGN(const base::Bytes octets, read_tile(folder_, tile));
  return merkle::decode_tile(octets, tile.width);
}

// What a tile must hold, from the files below it.
base::Result<std::vector<Hash>> Checker::children_of(const Tile& tile) const {
  std::vector<Hash> hashes;
  if (tile.level == 0) {
    const Tile bundle{TileKind::entries, 0, tile.index, tile.width};
    ART32_ASSIGN(const base::Bytes octets, read_tile(folder_, bundle));
    ART32_ASSIGN(const auto entries, merkle::parse_entry_bundle(octets, tile.width));
    for (const base::ByteView entry : entries)
      hashes.push_back(merkle::leaf_hash(entry));
    return hashes;
  }
  for (unsigned number = 0; number < tile.width; ++number) {
    ART32_ASSIGN(const std::vector<Hash> below,
                 load({TileKind::hashes, tile.level - 1, tile.index * merkle::tile_width + number,
                       merkle::tile_width}));
    hashes.push_back(merkle::perfect_root(below));
  }
  return hashes;
}

// The root is wrong, so one of the edge's tiles is: the one that, made anew from
// the files below it, gives the right root.
base::Status Checker::name_damage_at_edge() const {
  for (const Tile& suspect : merkle::partial_tiles(size_)) {
    const auto children = children_of(suspect);
    if (!children) continue;
    const auto rebuilt =
        merkle::TileBuilder::restore(size_, [&](const Tile& tile) -> base::Result<base::Bytes> {
          if (tile == suspect) return merkle::encode_tile(*children);
          return read_tile(folder_, tile);
        });
    if (rebuilt && rebuilt->root() == checkpoint_.root)
      return damaged(folder_, suspect, "doesn't hold the hashes that the signed checkpoint covers");
  }
  return base::failure(
      base::ErrorCode::corrupt,
      fmt::format("the tiles in {} don't give the root of its signed checkpoint, of {} entries",
                  (folder_ / "tile").string(), size_.value),
      "more than one file is damaged, or checkpoint and tiles are of different times: restore "
      "the ledger's folder from a backup");
}

base::Result<merkle::TileBuilder> Checker::check_edge() {
  ART32_ASSIGN(merkle::TileBuilder tree, merkle::TileBuilder::restore(size_, [&](const Tile& tile) {
                 return read_tile(folder_, tile);
               }));
  if (tree.root() != checkpoint_.root) ART32_CHECKED(name_damage_at_edge());
  return tree;
}

base::Status Checker::check_below() {
  unsigned top = 0;
  while (top < highest_level && size_.value >> (merkle::tile_height * (top + 1)) > 0)
    ++top;
  for (unsigned level = top + 1; level-- > 0;)
    ART32_CHECKED(check_level(level));
  return {};
}

base::Status Checker::check_level(unsigned level) {
  const std::uint64_t hashes = size_.value >> (merkle::tile_height * level);
  std::vector<Hash> parents;
  std::uint64_t parents_index = 0;
  for (std::uint64_t index = 0; index * merkle::tile_width < hashes; ++index) {
    const Tile tile{TileKind::hashes, level, index, merkle::tile_width_at(level, index, size_)};
    const bool has_entries = level == 0 && index * merkle::tile_width + tile.width > check_.entries_from;
    if (tile.is_partial() && !has_entries) continue;
    ART32_ASSIGN(const std::vector<Hash> content, load(tile));
    if (!tile.is_partial()) {
      const std::uint64_t parent = index / merkle::tile_width;
      if (parents.empty() || parent != parents_index) {
        ART32_ASSIGN(parents, load({TileKind::hashes, level + 1, parent,
                                    merkle::tile_width_at(level + 1, parent, size_)}));
        parents_index = parent;
      }
      if (merkle::perfect_root(content) != parents[index % merkle::tile_width])
        return damaged(folder_, tile, "doesn't give its hash in the tile above it");
    }
    if (has_entries) ART32_CHECKED(check_entries(tile, content));
    if (level == 0 && check_.progress) check_.progress(index * merkle::tile_width + tile.width, size_.value);
  }
  return {};
}

base::Status Checker::check_entries(const Tile& tile, std::span<const Hash> hashes) {
  const Tile bundle{TileKind::entries, 0, tile.index, tile.width};
  ART32_ASSIGN(const base::Bytes octets, read_tile(folder_, bundle));
  const auto entries = merkle::parse_entry_bundle(octets, tile.width);
  if (!entries) return damaged(folder_, bundle, "is no bundle of entries");
  for (std::size_t number = 0; number < entries->size(); ++number) {
    const std::uint64_t index = tile.index * merkle::tile_width + number;
    if (merkle::leaf_hash((*entries)[number]) != hashes[number])
      return damaged(folder_, bundle, fmt::format("holds another entry {} than was signed", index));
    const auto entry = parse_entry((*entries)[number]);
    if (!entry) return damaged(folder_, bundle, fmt::format("holds an entry {} of unknown form", index));
    if (entry->time < newest_)
      return damaged(folder_, bundle, fmt::format("holds an entry {} older than the one before it", index));
    newest_ = entry->time;
  }
  return {};
}

}  // namespace

base::Result<merkle::TileBuilder> check_tiles(const base::Path& ledger_folder,
                                              const merkle::Checkpoint& checkpoint, const TileCheck& check) {
  if (checkpoint.size.value > merkle::tree_size_maximum)
    return base::failure(base::ErrorCode::corrupt, "the checkpoint is of a tree larger than any can be");
  Checker checker(ledger_folder, checkpoint, check);
  ART32_ASSIGN(merkle::TileBuilder tree, checker.check_edge());
  ART32_CHECKED(checker.check_below());
  return tree;
}

}  // namespace art32::ledger
