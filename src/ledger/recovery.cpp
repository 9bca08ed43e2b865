// Opening: what is checked, what is cut off, where the ledger goes on.
// docs/formats/ledger.md, "Recovery", says the same in order.
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "ledger/erasure.h"
#include "ledger/implementation.h"
#include "ledger/sealing.h"
#include "ledger/tile_check.h"
#include "ledger/tile_store.h"
#include "merkle/signed_checkpoint.h"

namespace art32::ledger {
namespace {

using merkle::Tile;
using merkle::TileKind;

std::uint64_t check_from(std::uint64_t size) {
  return size - std::min(size, base::limits::ledger_open_check_entries);
}

base::Status load_edge(const base::Path& folder, Published& published) {
  const merkle::TreeSize size = published.checkpoint.size;
  std::vector<Tile> places = merkle::partial_tiles(size);
  if (!places.empty() && places.front().level == 0)
    places.push_back({TileKind::entries, 0, places.front().index, places.front().width});
  for (const Tile& place : places) {
    ART32_ASSIGN(base::Bytes octets, read_tile(folder, place));
    published.edge.push_back({place, std::move(octets)});
  }
  return {};
}

}  // namespace

base::Status Ledger::Implementation::lock_folder() {
  std::error_code error;
  if (!std::filesystem::exists(checkpoint_path(options_.folder), error))
    return base::failure(base::ErrorCode::not_found,
                         fmt::format("{} holds no ledger", options_.folder.string()),
                         "make one with `art32 init`, or restore the folder from a backup");
  ART32_ASSIGN(lock_, base::File::open_write(lock_path(options_.folder), base::Visibility::owner_only));
  return lock_.lock();
}

base::Result<Published> Ledger::Implementation::read_checkpoint() const {
  const base::Path path = checkpoint_path(options_.folder);
  Published published;
  ART32_ASSIGN(published.note, base::read_text_file(path));
  auto checkpoint =
      merkle::open_checkpoint(published.note, {verifier_key_of(options_.origin, signing_key_), {}, 0});
  if (!checkpoint)
    return base::failure(
        base::ErrorCode::corrupt, fmt::format("{}: {}", path.string(), checkpoint.error().what),
        "nothing was changed; give the ledger the key and the origin it was made with, or restore "
        "its folder from a backup");
  published.checkpoint = std::move(*checkpoint);
  return published;
}

base::Status Ledger::Implementation::recover() {
  ART32_CHECKED(lock_folder());
  ART32_ASSIGN(Published published, read_checkpoint());
  const merkle::Checkpoint checkpoint = published.checkpoint;
  ART32_ASSIGN(merkle::TileBuilder tree,
               check_tiles(options_.folder, checkpoint, {check_from(checkpoint.size.value), {}}));
  ART32_CHECKED(load_edge(options_.folder, published));
  integrator_.emplace(options_.folder, signing_key_, std::move(tree), std::move(published));
  ART32_CHECKED(recover_records(checkpoint));
  ART32_CHECKED(keys_.check(check_from(recorder_.size()), recorder_.size()));
  return check_record_key();
}

base::Status Ledger::Implementation::recover_records(const merkle::Checkpoint& checkpoint) {
  ART32_CHECKED(journal_.load());
  const std::uint64_t integrated = checkpoint.size.value;
  base::Bytes newest;
  const auto visit = [&](const Frame& frame, std::uint32_t) -> base::Status {
    newest.assign(frame.entry.begin(), frame.entry.end());
    if (frame.index < integrated) return {};
    integrator_->add(newest);
    ART32_ASSIGN(const Entry entry, parse_entry(newest));
    return entry.kind == model::erased_record.name ? finish_erasure(frame) : base::Status();
  };
  ART32_ASSIGN(const std::uint64_t size, journal_.recover(check_from(integrated), integrated, visit));
  base::Instant time = base::Instant::min();
  if (!newest.empty()) {
    ART32_ASSIGN(const Entry entry, parse_entry(newest));
    time = entry.time;
  }
  recorder_.resume(size, time);
  if (size > integrated)
    base::log_info("ledger recovering",
                   {{"integrated", std::to_string(integrated)}, {"size", std::to_string(size)}});
  return {};
}

// The leaf of an erasure isn't under a checkpoint yet, so its key may still exist.
base::Status Ledger::Implementation::finish_erasure(const Frame& frame) {
  ART32_ASSIGN(const KeySlot slot, keys_.read(frame.index));
  ART32_ASSIGN(const base::Secret key, crypto::unwrap_key(record_key_.view(), slot.wrapped));
  ART32_ASSIGN(const OpenedRecord opened, open_record(key.view(), frame.entry, frame.sealed));
  ART32_ASSIGN(const Erasure erasure, parse_erasure(opened.record));
  return keys_.erase(erasure.index, frame.index);
}

// Slots have checksums of their own; a whole slot that doesn't unwrap is under another key.
base::Status Ledger::Implementation::check_record_key() const {
  for (std::uint64_t index = recorder_.size(), tries = 0; index-- > 0 && tries < 1'000; ++tries) {
    ART32_ASSIGN(const KeySlot slot, keys_.read(index));
    if (slot.is_erased) continue;
    if (crypto::unwrap_key(record_key_.view(), slot.wrapped)) return {};
    return base::failure(base::ErrorCode::configuration,
                         fmt::format("{} isn't the key that the records in {} were sealed with",
                                     options_.record_key.string(), options_.folder.string()),
                         "put back the record key that belongs to this ledger");
  }
  return {};
}

}  // namespace art32::ledger
