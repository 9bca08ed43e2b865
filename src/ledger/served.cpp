// What of the ledger is served: the newest checkpoint, or an older one that others have cosigned; its
// tiles, and proofs under it.

#include "ledger/implementation.h"
#include "merkle/signed_checkpoint.h"
#include "merkle/tlog_proof.h"

namespace art32::ledger {

base::Path cosigned_path(const base::Path& folder) {
  return folder / "cosigned";
}

std::shared_ptr<const Ledger::Implementation::Served> Ledger::Implementation::served() const {
  const std::lock_guard lock(served_mutex_);
  return served_;
}

// Tiles under an older checkpoint are cut from those under the newest.
merkle::TileNodeReader Ledger::Implementation::reader_of(merkle::TreeSize size) const {
  return {size, [this, now = published()](const merkle::Tile& tile) {
            return published_tile(*now, options_.folder, tile);
          }};
}

base::Result<std::vector<merkle::Hash>> Ledger::Implementation::consistency(
    merkle::TreeSize older, const merkle::Checkpoint& newer) const {
  merkle::TileNodeReader reader = reader_of(newer.size);
  ART32_ASSIGN(std::vector<merkle::Hash> proof, merkle::consistency_proof(older, newer.size, reader));
  ART32_ASSIGN(const merkle::Hash root, merkle::tree_root(older, reader));
  ART32_CHECKED(merkle::verify_consistency(older, root, newer.size, newer.root, proof));
  return proof;
}

base::Status Ledger::Implementation::serve(const std::string& note) {
  ART32_ASSIGN(merkle::Checkpoint checkpoint,
               merkle::open_checkpoint(note, {verifier_key_of(options_.origin, signing_key_), {}, 0}));
  ART32_CHECKED(extends(checkpoint));
  {
    const std::lock_guard lock(served_mutex_);
    if (served_ && checkpoint.size < served_->checkpoint.size)
      return base::failure(base::ErrorCode::conflict,
                           fmt::format("the checkpoint of {} entries was served, {} would be fewer",
                                       served_->checkpoint.size.value, checkpoint.size.value));
    served_ = std::make_shared<const Served>(Served{std::move(checkpoint), note});
  }
  return base::replace_file(cosigned_path(options_.folder), base::as_bytes(note));
}

base::Status Ledger::Implementation::serve_kept() {
  ART32_ASSIGN(const std::string note, base::read_text_file(cosigned_path(options_.folder)));
  return serve(note);
}

void Ledger::Implementation::serve_newest() {
  const std::lock_guard lock(served_mutex_);
  served_.reset();
}

std::string Ledger::Implementation::served_note() const {
  const std::shared_ptr<const Served> now = served();
  return now ? now->note : published()->note;
}

base::Result<std::string> Ledger::Implementation::proof(std::uint64_t index) const {
  const std::shared_ptr<const Served> cosigned = served();
  const std::shared_ptr<const Published> newest = published();
  const bool is_served = cosigned && index < cosigned->checkpoint.size.value;
  const merkle::TreeSize size = is_served ? cosigned->checkpoint.size : newest->checkpoint.size;
  if (index >= size.value)
    return base::failure(base::ErrorCode::not_found,
                         fmt::format("entry {} isn't under the checkpoint of {} entries", index, size.value),
                         "entries come under a checkpoint within a second; ask again");
  merkle::TileNodeReader reader = reader_of(size);
  merkle::TlogProof proof;
  proof.index = merkle::LeafIndex(index);
  proof.checkpoint = is_served ? cosigned->note : newest->note;
  ART32_ASSIGN(proof.hashes, merkle::inclusion_proof(proof.index, size, reader));
  return merkle::format_tlog_proof(proof);
}

base::Result<base::Bytes> Ledger::Implementation::resource(std::string_view path) const {
  if (path == "checkpoint") return base::to_bytes(served_note());
  const auto tile = merkle::parse_tile_path(path);
  if (!tile) return base::failure(base::ErrorCode::not_found, "a ledger serves \"checkpoint\" and tiles");
  return published_tile(*published(), options_.folder, *tile);
}

base::Result<std::string> folder_cosigned_note(const base::Path& folder) {
  const bool has_own = base::file_facts(cosigned_path(folder)).has_value();
  return base::read_text_file(has_own ? cosigned_path(folder) : checkpoint_path(folder));
}

}  // namespace art32::ledger
