// Cosignatures of witnesses, cosignature/v1 (c2sp.org/tlog-cosignature, "Format"
// and "Ed25519 signed message"): who cosigns says that at a time this was the
// largest consistent tree of the log that it knew.
//
// Pure; any thread.
#pragma once

#include "base/time.h"
#include "merkle/note.h"

namespace art32::merkle {

// Signs a checkpoint's body (the note's text). `time` is cut to whole seconds
// and isn't before 1970.
NoteSignature cosign(std::string_view text, std::string_view name, const crypto::Ed25519PrivateKey& key,
                     base::Instant time);

// When the cosigner saw the checkpoint. `check_failed` when the signature isn't
// `key`'s, is malformed, or doesn't verify.
base::Result<base::Instant> verify_cosignature(std::string_view text, const NoteSignature& signature,
                                               const VerifierKey& key);

}  // namespace art32::merkle
