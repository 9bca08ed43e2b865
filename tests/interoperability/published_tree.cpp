#include "tests/interoperability/published_tree.h"

#include "base/assert.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "merkle/cosignature.h"
#include "merkle/entry_bundle.h"
#include "merkle/tlog_proof.h"

namespace art32::interoperability {

PublishedTree::PublishedTree(base::Path folder, std::string_view name, std::string_view history)
    : folder_(std::move(folder)),
      origin_("ledger.example.com/" + std::string(name)),
      history_(history),
      key_(crypto::Ed25519PrivateKey::from_seed(crypto::sha256(base::as_bytes(name))).value()) {}

base::Bytes PublishedTree::entry(std::uint64_t index) const {
  base::Bytes octets = base::to_bytes(history_ + " " + std::to_string(index));
  octets.resize(octets.size() + index % 50, static_cast<std::uint8_t>(index));
  return octets;
}

std::string PublishedTree::verifier_key() const {
  return merkle::format_verifier_key({origin_, merkle::SignatureType::ed25519, key_.public_key()});
}

void PublishedTree::write(const std::string& path, base::ByteView content) {
  const base::Path file = folder_ / path;
  ART32_ASSERT(base::make_folder(file.parent_path()).has_value());
  ART32_ASSERT(base::replace_file(file, content).has_value());
}

void PublishedTree::grow_to(std::uint64_t size) {
  const merkle::TreeSize older = tiles_.size();
  for (std::uint64_t index = older.value; index < size; ++index)
    tiles_.append(merkle::leaf_hash(entry(index)));
  write_bundles(older);
  for (const merkle::TileContent& content : tiles_.take_new_tiles())
    write(merkle::tile_path(content.tile), content.octets);
  const merkle::Checkpoint head{origin_, tiles_.size(), tiles_.root()};
  write("checkpoint", base::as_bytes(merkle::sign_checkpoint(head, key_)));
}

void PublishedTree::write_bundles(merkle::TreeSize older) {
  for (const merkle::Tile& tile : merkle::new_tiles(older, tiles_.size(), merkle::TileKind::entries)) {
    base::Bytes bundle;
    for (std::uint64_t i = 0; i < tile.width; ++i)
      merkle::append_entry(bundle, entry(tile.index * merkle::tile_width + i));
    write(merkle::tile_path(tile), bundle);
  }
}

std::string PublishedTree::cosign() {
  const auto witness = crypto::Ed25519PrivateKey::generate();
  const std::string name = "witness.example.com/one";
  merkle::Note note = merkle::parse_note(base::read_text_file(folder_ / "checkpoint").value()).value();
  note.signatures.push_back(merkle::cosign(note.text, name, witness, base::SystemClock().now()));
  write("checkpoint", base::as_bytes(merkle::format_note(note)));
  return merkle::format_verifier_key({name, merkle::SignatureType::cosignature_v1, witness.public_key()});
}

std::string PublishedTree::proof(std::uint64_t index) const {
  merkle::TileNodeReader reader(tiles_.size(), [this](const merkle::Tile& tile) {
    return base::read_file(folder_ / merkle::tile_path(tile), 8'192);
  });
  merkle::TlogProof proof;
  proof.index = merkle::LeafIndex(index);
  proof.hashes = merkle::inclusion_proof(proof.index, tiles_.size(), reader).value();
  proof.checkpoint = base::read_text_file(folder_ / "checkpoint").value();
  return merkle::format_tlog_proof(proof);
}

}  // namespace art32::interoperability
