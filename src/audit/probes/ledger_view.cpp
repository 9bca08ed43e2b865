#include "audit/probes/ledger_view.h"

#include <fmt/core.h>

#include "audit/probes/fetch.h"
#include "merkle/entry_bundle.h"

namespace art32::audit {

using base::ErrorCode;
using base::failure;

base::Result<Head> LedgerView::open_head(std::string note) const {
  merkle::CheckpointPolicy policy;
  ART32_ASSIGN(policy.log, merkle::parse_verifier_key(context_.target.ledger_verifier_key));
  ART32_ASSIGN(const auto checkpoint, merkle::open_checkpoint(note, policy));
  return Head{std::move(note), checkpoint};
}

base::Result<Head> LedgerView::fetch_head() const {
  ART32_ASSIGN(std::string note, get_body(context_, "/ledger/checkpoint"));
  return open_head(std::move(note));
}

base::Result<base::Bytes> LedgerView::fetch_as_named(const merkle::Tile& tile) const {
  if (context_.expired()) return failure(ErrorCode::timeout, "no time left to fetch more tiles");
  ART32_ASSIGN(const std::string body, get_body(context_, "/ledger/" + merkle::tile_path(tile)));
  return base::to_bytes(body);
}

base::Result<base::Bytes> LedgerView::fetch(const merkle::Tile& tile) const {
  auto octets = fetch_as_named(tile);
  if (octets || !tile.is_partial()) return octets;
  const auto full = fetch_as_named(tile.full());
  if (!full) return octets;
  if (tile.kind == merkle::TileKind::hashes && full->size() >= tile.width * merkle::hash_octets)
    return base::Bytes(full->begin(),
                       full->begin() + static_cast<std::ptrdiff_t>(tile.width * merkle::hash_octets));
  ART32_ASSIGN(const auto entries, merkle::parse_entry_bundle(*full, merkle::tile_width));
  base::Bytes first;
  for (unsigned place = 0; place < tile.width; ++place)
    merkle::append_entry(first, entries[place]);
  return first;
}

merkle::TileNodeReader LedgerView::reader(merkle::TreeSize size) const {
  return {size, [this](const merkle::Tile& tile) { return fetch(tile); }};
}

base::Status LedgerView::check_consistency(const merkle::Checkpoint& older,
                                           const merkle::Checkpoint& newer) const {
  if (newer.size < older.size)
    return failure(ErrorCode::check_failed,
                   fmt::format("the tree shrank from {} to {} leaves", older.size.value, newer.size.value));
  auto nodes = reader(newer.size);
  ART32_ASSIGN(const auto proof, merkle::consistency_proof(older.size, newer.size, nodes));
  return merkle::verify_consistency(older.size, older.root, newer.size, newer.root, proof);
}

base::Status LedgerView::check_root(const merkle::Checkpoint& head) const {
  auto nodes = reader(head.size);
  ART32_ASSIGN(const merkle::Hash root, merkle::tree_root(head.size, nodes));
  if (root != head.root)
    return failure(ErrorCode::check_failed, "the tiles make another root than the signed one");
  return {};
}

base::Result<merkle::Checkpoint> LedgerView::prefix(const merkle::Checkpoint& head,
                                                    merkle::TreeSize size) const {
  auto nodes = reader(head.size);
  ART32_ASSIGN(const merkle::Hash root, merkle::tree_root(size, nodes));
  return merkle::Checkpoint{head.origin, size, root};
}

base::Status LedgerView::check_bundle(const merkle::Checkpoint& head, std::uint64_t index) const {
  const unsigned width = merkle::tile_width_at(0, index, head.size);
  ART32_ASSIGN(const base::Bytes octets, fetch({merkle::TileKind::hashes, 0, index, width}));
  ART32_ASSIGN(const base::Bytes bundle, fetch({merkle::TileKind::entries, 0, index, width}));
  ART32_ASSIGN(const auto hashes, merkle::decode_tile(octets, width));
  ART32_ASSIGN(const auto entries, merkle::parse_entry_bundle(bundle, width));
  for (unsigned place = 0; place < width; ++place)
    if (merkle::leaf_hash(entries[place]) != hashes[place])
      return failure(ErrorCode::check_failed,
                     fmt::format("entry {} isn't the leaf of its tile", index * merkle::tile_width + place));
  return {};
}

}  // namespace art32::audit
