#include "ledger/integrator.h"

#include <algorithm>

#include "ledger/tile_store.h"
#include "merkle/entry_bundle.h"
#include "merkle/proof.h"
#include "merkle/signed_checkpoint.h"

namespace art32::ledger {
namespace {

using merkle::Tile;
using merkle::TileContent;
using merkle::TileKind;

bool is_place_of(const Tile& a, const Tile& b) {
  return a.full() == b.full();
}

// Adds the entries to the tree and gives every file that becomes new.
std::vector<TileContent> grow(merkle::TileBuilder& tree, base::Bytes bundle,
                              std::span<const base::Bytes> entries) {
  std::vector<TileContent> files;
  for (const base::Bytes& entry : entries) {
    tree.append(merkle::leaf_hash(entry));
    merkle::append_entry(bundle, entry);
    const std::uint64_t size = tree.size().value;
    if (size % merkle::tile_width != 0) continue;
    files.push_back(
        {{TileKind::entries, 0, size / merkle::tile_width - 1, merkle::tile_width}, std::move(bundle)});
    bundle.clear();
  }
  const auto width = static_cast<unsigned>(tree.size().value % merkle::tile_width);
  if (width > 0)
    files.push_back(
        {{TileKind::entries, 0, tree.size().value / merkle::tile_width, width}, std::move(bundle)});
  for (TileContent& content : tree.take_new_tiles())
    files.push_back(std::move(content));
  return files;
}

std::vector<TileContent> edge_of(merkle::TreeSize size, std::span<const TileContent> files,
                                 const Published& before) {
  std::vector<Tile> places = merkle::partial_tiles(size);
  if (!places.empty() && places.front().level == 0)
    places.push_back({TileKind::entries, 0, places.front().index, places.front().width});
  std::vector<TileContent> edge;
  for (const Tile& place : places) {
    const auto file = std::ranges::find(files, place, &TileContent::tile);
    edge.push_back(file != files.end() ? *file : *before.find(place));
  }
  return edge;
}

}  // namespace

base::Path checkpoint_path(const base::Path& folder) {
  return folder / "checkpoint";
}

const TileContent* Published::find(const Tile& place) const {
  const auto found = std::ranges::find_if(
      edge, [&](const TileContent& content) { return is_place_of(content.tile, place); });
  return found == edge.end() ? nullptr : &*found;
}

base::Result<base::Bytes> published_tile(const Published& published, const base::Path& folder,
                                         const Tile& tile) {
  if (tile.width > merkle::tile_width_at(tile.level, tile.index, published.checkpoint.size))
    return base::failure(base::ErrorCode::not_found,
                         fmt::format("{} is beyond the checkpoint of {} entries", merkle::tile_path(tile),
                                     published.checkpoint.size.value));
  const TileContent* partial = published.find(tile);
  if (partial != nullptr) return cut_tile(partial->tile, partial->octets, tile.width);
  ART32_ASSIGN(base::Bytes octets, read_tile(folder, tile.full()));
  if (!tile.is_partial()) return octets;
  return cut_tile(tile.full(), octets, tile.width);
}

Integrator::Integrator(base::Path folder, const crypto::Ed25519PrivateKey& key, merkle::TileBuilder tree,
                       Published published)
    : folder_(std::move(folder)),
      key_(key),
      tree_(std::move(tree)),
      published_(std::make_shared<const Published>(std::move(published))) {}

std::shared_ptr<const Published> Integrator::published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

base::Status Integrator::integrate() {
  ART32_CHECKED(settle());
  if (backlog_.empty()) return {};
  ART32_CHECKED(attempt());
  return settle();
}

base::Status Integrator::attempt() {
  const std::shared_ptr<const Published> before = published();
  merkle::TileBuilder tree = tree_;
  const auto bundle = std::ranges::find(before->edge, TileKind::entries,
                                        [](const TileContent& content) { return content.tile.kind; });
  const std::vector<TileContent> files =
      grow(tree, bundle == before->edge.end() ? base::Bytes{} : bundle->octets, backlog_);
  ART32_CHECKED(write_tiles(folder_, files));

  Published next{
      {before->checkpoint.origin, tree.size(), tree.root()}, {}, edge_of(tree.size(), files, *before)};
  ART32_CHECKED(check_extends(next, files));
  next.note = merkle::sign_checkpoint(next.checkpoint, key_);
  attempt_ = Attempt{std::move(tree), std::move(next), backlog_.size()};
  return {};
}

base::Status Integrator::settle() {
  if (!attempt_) return {};
  const base::Path path = checkpoint_path(folder_);
  ART32_ASSIGN(const std::string note, base::read_text_file(path));
  if (note == published()->note) {
    ART32_CHECKED(base::replace_file(path, base::as_bytes(attempt_->next.note)));
  } else if (note == attempt_->next.note) {
    // An earlier try renamed it, and failed to sync the folder.
    ART32_CHECKED(base::sync_folder(folder_));
  } else {
    return base::failure(
        base::ErrorCode::conflict,
        fmt::format("{} isn't the checkpoint that was written last; it was left as it is", path.string()),
        "something else writes into the ledger's folder: stop it, then restart art32");
  }
  tree_ = std::move(attempt_->tree);
  backlog_.erase(backlog_.begin(), backlog_.begin() + static_cast<std::ptrdiff_t>(attempt_->entries));
  publish(std::move(attempt_->next));
  attempt_.reset();
  return {};
}

// The builder grows the tree it restored; this proves it from the tiles, as an
// outsider would, before the signature makes a mistake irrevocable.
base::Status Integrator::check_extends(const Published& next, std::span<const TileContent> files) const {
  const std::shared_ptr<const Published> before = published();
  merkle::TileNodeReader reader(next.checkpoint.size, [&](const Tile& tile) -> base::Result<base::Bytes> {
    const auto file = std::ranges::find(files, tile, &TileContent::tile);
    if (file != files.end()) return file->octets;
    return published_tile(next, folder_, tile);
  });
  const merkle::Checkpoint& older = before->checkpoint;
  ART32_ASSIGN(const std::vector<merkle::Hash> proof,
               merkle::consistency_proof(older.size, next.checkpoint.size, reader));
  auto status =
      merkle::verify_consistency(older.size, older.root, next.checkpoint.size, next.checkpoint.root, proof);
  if (!status)
    return base::failure(
        base::ErrorCode::corrupt,
        fmt::format("the tree of {} entries wouldn't extend the signed one of {}; nothing was signed",
                    next.checkpoint.size.value, older.size.value),
        "restart art32: it names the damaged file");
  return {};
}

void Integrator::publish(Published next) {
  const std::shared_ptr<const Published> before = published();
  const auto is_in_use = [&](const Tile& tile) {
    return std::ranges::find(next.edge, tile, &TileContent::tile) != next.edge.end() ||
           std::ranges::find(before->edge, tile, &TileContent::tile) != before->edge.end();
  };
  std::erase_if(retired_, is_in_use);
  remove_tiles(folder_, retired_);
  retired_.clear();
  // Somebody who has just read the older checkpoint still finds its tiles, for one checkpoint's time.
  for (const TileContent& content : before->edge)
    retired_.push_back(content.tile);
  const std::lock_guard lock(mutex_);
  published_ = std::make_shared<const Published>(std::move(next));
}

}  // namespace art32::ledger
