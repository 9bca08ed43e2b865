#include "ledger/implementation.h"
#include "ledger/sealing.h"
#include "ledger/tile_check.h"
#include "ledger/tile_store.h"
#include "merkle/entry_bundle.h"
#include "merkle/signed_checkpoint.h"

namespace art32::ledger {
namespace {

base::Result<merkle::Checkpoint> read_signed(const base::Path& folder, const merkle::VerifierKey& key) {
  const base::Path path = checkpoint_path(folder);
  ART32_ASSIGN(const std::string note, base::read_text_file(path));
  auto checkpoint = merkle::open_checkpoint(note, {key, {}, 0});
  if (!checkpoint) return tl::unexpected<base::Error>(checkpoint.error().within(path.string()));
  return checkpoint;
}

// The entries of the tree in order, a bundle at a time.
class EntryReader {
 public:
  EntryReader(base::Path folder, merkle::TreeSize size) : folder_(std::move(folder)), size_(size) {}

  base::Result<base::ByteView> at(std::uint64_t index) {
    const std::uint64_t number = index / merkle::tile_width;
    if (entries_.empty() || number != bundle_) {
      const merkle::Tile tile{merkle::TileKind::entries, 0, number, merkle::tile_width_at(0, number, size_)};
      ART32_ASSIGN(octets_, read_tile(folder_, tile));
      ART32_ASSIGN(entries_, merkle::parse_entry_bundle(octets_, tile.width));
      bundle_ = number;
    }
    return entries_[index % merkle::tile_width];
  }

 private:
  base::Path folder_;
  merkle::TreeSize size_;
  std::uint64_t bundle_ = 0;
  base::Bytes octets_;
  std::vector<base::ByteView> entries_;
};

base::Status check_record(const Frame& frame, base::ByteView entry, const KeyFiles& keys,
                          const base::Secret& key) {
  const auto damaged = [&](std::string_view how) {
    return base::failure(base::ErrorCode::corrupt, fmt::format("record {} {}", frame.index, how),
                         "restore the ledger's folder from a backup and keep the damaged copy as evidence");
  };
  if (!std::ranges::equal(frame.entry, entry)) return damaged("isn't the one in the tree");
  ART32_ASSIGN(const KeySlot slot, keys.read(frame.index));
  if (slot.is_erased) return {};
  const auto own_key = crypto::unwrap_key(key.view(), slot.wrapped);
  if (!own_key) return damaged("has a key that doesn't unwrap");
  if (!open_record(own_key->view(), frame.entry, frame.sealed)) return damaged("doesn't open its commitment");
  return {};
}

}  // namespace

base::Result<Verification> verify_folder(const base::Path& folder, std::string_view verifier_key,
                                         const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  ART32_ASSIGN(const merkle::VerifierKey key, merkle::parse_verifier_key(verifier_key));
  ART32_ASSIGN(merkle::Checkpoint checkpoint, read_signed(folder, key));
  ART32_ASSIGN([[maybe_unused]] const merkle::TileBuilder tree,
               check_tiles(folder, checkpoint, {0, progress}));
  const std::uint64_t entries = checkpoint.size.value;
  return Verification{std::move(checkpoint), entries};
}

base::Result<std::uint64_t> verify_records(const Options& options) {
  ART32_ASSIGN(const crypto::Ed25519PrivateKey signing_key,
               crypto::Ed25519PrivateKey::load(options.signing_key));
  ART32_ASSIGN(const base::Secret record_key, load_record_key(options.record_key));
  ART32_ASSIGN(const merkle::Checkpoint checkpoint,
               read_signed(options.folder, verifier_key_of(options.origin, signing_key)));
  ART32_ASSIGN([[maybe_unused]] const merkle::TileBuilder tree, check_tiles(options.folder, checkpoint));
  EntryReader entries(options.folder, checkpoint.size);
  const KeyFiles keys(keys_path(options.folder));
  Journal journal(records_path(options.folder));
  ART32_CHECKED(journal.load());
  std::uint64_t checked = 0;
  const auto check = [&](const Frame& frame, std::uint32_t) -> base::Status {
    if (frame.index >= checkpoint.size.value) return {};
    ART32_ASSIGN(const base::ByteView entry, entries.at(frame.index));
    ++checked;
    return check_record(frame, entry, keys, record_key);
  };
  ART32_CHECKED(journal.scan(0, checkpoint.size.value, check));
  return checked;
}

}  // namespace art32::ledger
