// Reading a record back: its key, its frame, and the tree that vouches for them.

#include "crypto/key_wrap.h"
#include "ledger/implementation.h"
#include "ledger/sealing.h"

namespace art32::ledger {

base::Result<Disclosure> Ledger::Implementation::disclose(std::uint64_t index) const {
  if (index >= recorder_.size())
    return base::failure(base::ErrorCode::not_found,
                         fmt::format("there is no record {}: the ledger holds {}", index, recorder_.size()));
  ART32_ASSIGN(const KeySlot slot, keys_.read(index));
  if (slot.is_erased)
    return base::failure(base::ErrorCode::not_found, fmt::format("record {} is erased", index),
                         fmt::format("leaf {} records the erasure", slot.erased_by));
  ART32_ASSIGN(StoredRecord stored, journal_.read(index, slot.offset));
  const auto named = [&](const base::Error& error) {
    return tl::unexpected<base::Error>(error.within(fmt::format("record {}", index)));
  };
  const auto key = crypto::unwrap_key(record_key_.view(), slot.wrapped);
  if (!key) return named(key.error());
  auto opened = open_record(key->view(), stored.entry, stored.sealed);
  if (!opened) return named(opened.error());
  ART32_CHECKED(check_is_leaf(index, stored.entry));
  ART32_ASSIGN(const Entry entry, parse_entry(stored.entry));
  return Disclosure{model::LeafIndex(index),
                    entry.kind,
                    entry.time,
                    std::move(stored.entry),
                    std::move(opened->record),
                    base::Bytes(opened->opening.begin(), opened->opening.end())};
}

// The records files carry checksums only; what counts is the signed tree.
base::Status Ledger::Implementation::check_is_leaf(std::uint64_t index, base::ByteView entry) const {
  const std::shared_ptr<const Published> now = published();
  if (index >= now->checkpoint.size.value) return {};
  const merkle::Tile tile{merkle::TileKind::hashes, 0, index / merkle::tile_width,
                          static_cast<unsigned>(index % merkle::tile_width) + 1};
  ART32_ASSIGN(const base::Bytes octets, published_tile(*now, options_.folder, tile));
  ART32_ASSIGN(const std::vector<merkle::Hash> hashes, merkle::decode_tile(octets, tile.width));
  if (hashes.back() == merkle::leaf_hash(entry)) return {};
  return base::failure(base::ErrorCode::corrupt,
                       fmt::format("the stored record {} isn't the one in the tree", index),
                       "restore the ledger's folder from a backup and keep the damaged copy as evidence");
}

}  // namespace art32::ledger
