#include "merkle/tlog_proof.h"

#include "base/assert.h"
#include "merkle/lines.h"

namespace art32::merkle {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_start = "extra ";
constexpr std::string_view index_start = "index ";
constexpr std::size_t proof_hashes_maximum = 63;

tl::unexpected<base::Error> broken(std::string what) {
  return base::failure(base::ErrorCode::corrupt, "the proof " + std::move(what), "fetch the proof again");
}

}  // namespace

std::string format_tlog_proof(const TlogProof& proof) {
  ART32_ASSERT(proof.hashes.size() <= proof_hashes_maximum);
  std::string text = std::string(first_line) + "\n";
  if (proof.extra) text += std::string(extra_start) + base::base64(*proof.extra) + "\n";
  text += std::string(index_start) + std::to_string(proof.index.value) + "\n";
  for (const Hash& hash : proof.hashes)
    text += base::base64(hash) + "\n";
  return text + "\n" + proof.checkpoint;
}

base::Result<TlogProof> parse_tlog_proof(std::string_view text) {
  Lines lines(text);
  if (lines.next() != first_line) return broken("doesn't start with " + std::string(first_line));
  TlogProof proof;
  std::string_view line = lines.next().value_or("");
  if (line.substr(0, extra_start.size()) == extra_start) {
    proof.extra = base::from_base64(line.substr(extra_start.size()));
    if (!proof.extra) return broken("has extra data that isn't base64");
    line = lines.next().value_or("");
  }
  if (line.substr(0, index_start.size()) != index_start) return broken("has no index");
  const auto index = parse_decimal(line.substr(index_start.size()));
  if (!index) return broken("has an index that isn't a decimal number");
  proof.index = LeafIndex(*index);
  while (true) {
    const auto next = lines.next();
    if (!next) return broken("has no checkpoint");
    if (next->empty()) break;
    const auto hash = parse_hash(*next);
    if (!hash) return broken("has a hash that isn't 32 octets in base64");
    if (proof.hashes.size() == proof_hashes_maximum) return broken("has more than 63 hashes");
    proof.hashes.push_back(*hash);
  }
  ART32_ASSIGN(const Note note, parse_note(lines.rest()));
  ART32_CHECKED(parse_checkpoint(note.text));
  proof.checkpoint = lines.rest();
  return proof;
}

base::Result<Checkpoint> verify_tlog_proof(const TlogProof& proof, const Hash& leaf,
                                           const CheckpointPolicy& policy) {
  ART32_ASSIGN(Checkpoint checkpoint, open_checkpoint(proof.checkpoint, policy));
  ART32_CHECKED(verify_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root));
  return checkpoint;
}

}  // namespace art32::merkle
