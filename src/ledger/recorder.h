// Seals appended records and makes them durable, a batch at a time: keys first,
// then the frames. What it answers with an index survives any crash.
//
// Belongs to the writer thread; size() may be called from any.
#pragma once

#include <atomic>

#include "base/secret.h"
#include "base/time.h"
#include "ledger/intake.h"
#include "ledger/journal.h"
#include "ledger/key_files.h"

namespace art32::ledger {

class Recorder {
 public:
  Recorder(Journal& journal, KeyFiles& keys, const base::Secret& wrapping_key, const base::Clock& clock)
      : journal_(journal), keys_(keys), wrapping_key_(wrapping_key), clock_(clock) {}

  // After recovery: how many records there are, and the time of the newest.
  void resume(std::uint64_t size, base::Instant newest);
  std::uint64_t size() const { return size_.load(); }

  struct Recorded {
    std::vector<Intake::Answer> answers;
    std::vector<base::Bytes> entries;    // for the tree, when they were written
    std::optional<base::Error> trouble;  // why they weren't
  };
  Recorded record(std::span<Request* const> requests);

  // Destroys keys whose erasure is recorded but failed to be carried out. Until it
  // succeeds, nothing may be integrated: the leaf would say what isn't so.
  base::Status finish_erasures();

 private:
  struct Doomed {
    std::uint64_t index;
    std::uint64_t erased_by;
  };
  struct Batch {
    base::Bytes octets;
    std::vector<KeySlot> slots;
    std::vector<base::Bytes> entries;
    std::vector<Doomed> erasures;
    std::vector<Intake::Answer> answers;
  };
  base::Status check_erasure(std::uint64_t index, const Batch& batch) const;
  void seal_into(Batch& batch, const Request& request, base::Instant time);
  base::Status write(Batch& batch);

  Journal& journal_;
  KeyFiles& keys_;
  const base::Secret& wrapping_key_;
  const base::Clock& clock_;
  std::atomic<std::uint64_t> size_{0};
  base::Instant newest_ = base::Instant::min();
  std::vector<Doomed> unfinished_;
};

}  // namespace art32::ledger
