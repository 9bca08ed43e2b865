// Checkpoints as signed notes: signed by their log, believed under a policy
// (c2sp.org/tlog-checkpoint, "Signatures"; c2sp.org/tlog-cosignature).
//
// Pure; any thread.
#pragma once

#include <vector>

#include "merkle/checkpoint.h"
#include "merkle/note.h"

namespace art32::merkle {

// The log's key is named like its origin. At least `quorum` of the witnesses
// must have cosigned.
struct CheckpointPolicy {
  VerifierKey log;
  std::vector<VerifierKey> witnesses = {};
  std::size_t quorum = 0;
};

// A signed note with one signature line, of type 01, named after the origin.
std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::Ed25519PrivateKey& key);

// `corrupt` for what isn't a checkpoint; `check_failed` for another origin, a
// missing or wrong signature of the log, or too few witnesses.
base::Result<Checkpoint> open_checkpoint(std::string_view note, const CheckpointPolicy& policy);

}  // namespace art32::merkle
