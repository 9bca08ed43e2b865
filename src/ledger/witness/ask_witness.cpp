#include "ledger/witness/ask_witness.h"

#include <fmt/format.h>

#include "merkle/cosignature.h"

namespace art32::ledger {
namespace {

using base::ErrorCode;
using base::failure;

// A clock that is further off than this says nothing about when something was seen.
constexpr auto clock_tolerance = std::chrono::minutes(10);
// One to learn what the witness has, one to continue it, one more where somebody else came in between.
constexpr int tries = 3;

tl::unexpected<base::Error> contradiction(std::string what) {
  return failure(ErrorCode::corrupt, std::move(what),
                 "find out who put back or exchanged the ledger before anything is believed; what the "
                 "witness has is the evidence");
}

// "The client MUST ignore any cosignatures from unknown keys."
base::Result<Cosignature> find_cosignature(std::string_view lines, std::string_view note,
                                           const merkle::VerifierKey& witness, const base::Clock& clock) {
  const auto signatures = merkle::parse_signature_lines(lines);
  if (!signatures)
    return failure(ErrorCode::check_failed, "the answer isn't signature lines",
                   "is it a witness that answers at this address?");
  const std::string text = merkle::parse_note(note).value().text;
  for (const merkle::NoteSignature& signature : *signatures) {
    if (signature.name != witness.name || signature.key != witness.id()) continue;
    ART32_ASSIGN(const base::Instant time, merkle::verify_cosignature(text, signature, witness));
    const base::Instant now = clock.now();
    if (time > now + clock_tolerance || time < now - clock_tolerance)
      return failure(ErrorCode::check_failed,
                     fmt::format("the cosignature says {}, and it is {}", base::rfc3339_seconds(time),
                                 base::rfc3339_seconds(now)),
                     "set the clock, here or at the witness");
    return Cosignature{signature, time};
  }
  return failure(ErrorCode::check_failed, "the answer holds no cosignature of the configured key",
                 "compare the key in art32.toml with the one that the witness publishes");
}

tl::unexpected<base::Error> refusal(int status) {
  if (status == 403)
    return failure(ErrorCode::permission, "the witness knows another key of this log (403)",
                   "give it the key that `art32 ledger keys` prints");
  if (status == 404)
    return failure(ErrorCode::not_found, "the witness doesn't know this log (404)",
                   "give it the key that `art32 ledger keys` prints");
  return failure(ErrorCode::unavailable, fmt::format("the witness answered {}", status),
                 "its log may say why");
}

// What a 409 means: the size to go on from.
base::Result<merkle::TreeSize> learn(const Ledger& ledger, const merkle::Checkpoint& checkpoint,
                                     merkle::TreeSize sent, const WitnessAnswer& answer) {
  if (answer.type != witness_size_type) return refusal(answer.status);
  ART32_ASSIGN(const merkle::TreeSize size, parse_witness_size(answer.body));
  const merkle::TreeSize ours = ledger.checkpoint().size;
  if (size > ours)
    return contradiction(
        fmt::format("rollback: the witness has cosigned {} entries of this ledger, which has {} now",
                    size.value, ours.value));
  if (size > checkpoint.size)
    return failure(ErrorCode::conflict, "the witness has seen a newer checkpoint of this ledger already");
  if (size == sent && size == checkpoint.size)
    return contradiction(
        fmt::format("fork: the witness has cosigned another tree of {} entries", size.value));
  if (size == sent)
    return failure(ErrorCode::unavailable, "the witness refused the size that it has itself (409)",
                   "its log may say why");
  return size;
}

}  // namespace

base::Result<Cosignature> ask_witness(const Ledger& ledger, const merkle::Checkpoint& checkpoint,
                                      const std::string& note, const merkle::VerifierKey& witness,
                                      const SendToWitness& send, const base::Clock& clock,
                                      WitnessMemory& memory, const std::stop_token& stop) {
  for (int count = 0; count < tries; ++count) {
    // Where a witness was ahead for a moment, the next checkpoint is asked for.
    if (memory.size > checkpoint.size) memory.size = merkle::TreeSize(0);
    AddCheckpoint request{memory.size, {}, note};
    auto proof = ledger.consistency(request.old_size, checkpoint);
    if (!proof) return failure(ErrorCode::internal, "no proof: " + proof.error().what, proof.error().mend);
    request.proof = std::move(*proof);
    ART32_ASSIGN(const WitnessAnswer answer, send(format_add_checkpoint(request), stop));
    if (answer.status == 200) {
      ART32_ASSIGN(Cosignature found, find_cosignature(answer.body, note, witness, clock));
      memory.size = checkpoint.size;
      return found;
    }
    if (answer.status == 422 && request.old_size.value > 0)
      return contradiction(
          fmt::format("fork: the witness has cosigned {} entries that aren't the first of this ledger",
                      request.old_size.value));
    if (answer.status != 409) return refusal(answer.status);
    ART32_ASSIGN(memory.size, learn(ledger, checkpoint, request.old_size, answer));
  }
  return failure(ErrorCode::unavailable, "the witness names another size each time that it is asked",
                 "does somebody else send it checkpoints of this ledger?");
}

}  // namespace art32::ledger
