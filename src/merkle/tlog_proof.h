// Offline proofs (c2sp.org/tlog-proof@v1): that an entry is in a log, in one
// text with everything but the keys.
//
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "merkle/proof.h"
#include "merkle/signed_checkpoint.h"

namespace art32::merkle {

struct TlogProof {
  std::optional<base::Bytes> extra;  // opaque, not authenticated
  LeafIndex index;
  std::vector<Hash> hashes;  // from the leaf's sibling to the root's child
  std::string checkpoint;    // the signed note, verbatim

  bool operator==(const TlogProof&) const = default;
};

std::string format_tlog_proof(const TlogProof& proof);
// `corrupt` for anything that format_tlog_proof would not have written; the
// checkpoint is parsed as a note with a checkpoint's body, but not verified.
base::Result<TlogProof> parse_tlog_proof(std::string_view text);

// The checkpoint under which the entry with this leaf hash is proved.
// `check_failed` when the policy or the inclusion proof isn't satisfied.
base::Result<Checkpoint> verify_tlog_proof(const TlogProof& proof, const Hash& leaf,
                                           const CheckpointPolicy& policy);

}  // namespace art32::merkle
