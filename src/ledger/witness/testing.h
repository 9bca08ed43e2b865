// For tests: a witness of one's own for a scratch ledger, asked in memory.
// One thread; several may ask the witness itself.
#pragma once

#include "base/scratch_folder.h"
#include "ledger/scratch_ledger.h"
#include "ledger/witness/witness.h"

namespace art32::ledger {

class ScratchWitness {
 public:
  explicit ScratchWitness(const std::string& log_key, std::string name = "witness.example.com/w1")
      : clock(test_noon) {
    options.folder = scratch_.path() / "witness";
    options.name = std::move(name);
    options.key = options.folder / "witness.pem";
    options.logs = {merkle::parse_verifier_key(log_key).value()};
    EXPECT_TRUE(base::make_folder(options.folder));
    const base::Status made = Witness::create(options.folder, options.key);
    EXPECT_TRUE(made) << made.error().message();
  }

  std::unique_ptr<Witness> open() const {
    auto witness = Witness::open(options, clock);
    EXPECT_TRUE(witness) << witness.error().message();
    return witness ? std::move(*witness) : nullptr;
  }
  merkle::VerifierKey key() const {
    return {options.name, merkle::SignatureType::cosignature_v1,
            crypto::Ed25519PrivateKey::load(options.key).value().public_key()};
  }

  Witness::Options options;
  base::ManualClock clock;

 private:
  base::ScratchFolder scratch_;
};

// What the log would send to a witness that has cosigned `old_size` entries of it.
inline AddCheckpoint request_of(const Ledger& ledger, std::uint64_t old_size) {
  const merkle::TreeSize size(old_size);
  return {size, ledger.consistency(size, ledger.checkpoint()).value(), ledger.checkpoint_note()};
}

}  // namespace art32::ledger
