// One exchange with a witness: may it cosign this checkpoint, and did it (c2sp.org/tlog-witness,
// "add-checkpoint", the client's side).
//
// How octets reach the witness is the caller's. Any thread; one call for each witness at a time.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/time.h"
#include "ledger/ledger.h"
#include "ledger/witness/witness.h"
#include "merkle/note.h"

namespace art32::ledger {

// Sends the body, and brings the answer; errors where none came. Blocks, with a limit of its own, and
// less once it is asked to stop.
using SendToWitness =
    std::function<base::Result<WitnessAnswer>(const std::string& body, const std::stop_token& stop)>;

struct Cosignature {
  merkle::NoteSignature signature;
  base::Instant time;  // by the witness's clock
};

struct WitnessMemory {
  merkle::TreeSize size;  // that it cosigned last, as far as is known
};

// The checkpoint is one of the ledger's, `note` as it was signed. `corrupt` there and only there where the
// witness has cosigned what isn't the beginning of the ledger: a rollback of ours, or a fork; `conflict`
// where it has seen a newer checkpoint of ours than this one; `check_failed` for a cosignature that doesn't
// hold.
base::Result<Cosignature> ask_witness(const Ledger& ledger, const merkle::Checkpoint& checkpoint,
                                      const std::string& note, const merkle::VerifierKey& witness,
                                      const SendToWitness& send, const base::Clock& clock,
                                      WitnessMemory& memory, const std::stop_token& stop);

}  // namespace art32::ledger
