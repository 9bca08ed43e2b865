#include "merkle/signed_checkpoint.h"

#include "merkle/cosignature.h"

namespace art32::merkle {
namespace {

bool is_signed_by(const Note& note, const VerifierKey& key) {
  return verify_note(note, {&key, 1}).has_value();
}

}  // namespace

std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::Ed25519PrivateKey& key) {
  const std::string text = format_checkpoint(checkpoint);
  return format_note({text, {sign_note(text, checkpoint.origin, key)}});
}

base::Result<Checkpoint> open_checkpoint(std::string_view octets, const CheckpointPolicy& policy) {
  ART32_ASSIGN(const Note note, parse_note(octets));
  ART32_ASSIGN(Checkpoint checkpoint, parse_checkpoint(note.text));
  if (checkpoint.origin != policy.log.name) {
    return base::failure(base::ErrorCode::check_failed,
                         "the checkpoint is of the log " + checkpoint.origin + ", not " + policy.log.name,
                         "use the verifier key that this log publishes");
  }
  ART32_CHECKED(verify_note(note, {&policy.log, 1}));
  std::size_t witnesses = 0;
  for (const VerifierKey& witness : policy.witnesses)
    witnesses += is_signed_by(note, witness) ? 1 : 0;
  if (witnesses < policy.quorum) {
    return base::failure(base::ErrorCode::check_failed,
                         "the checkpoint is cosigned by " + std::to_string(witnesses) +
                             " known witnesses, not " + std::to_string(policy.quorum),
                         "fetch it again when the witnesses have answered");
  }
  return checkpoint;
}

}  // namespace art32::merkle
