// What the ledger has of a trail that its own folder doesn't know: a folder that is older than that was put
// back, or is gone. docs/formats/trail.md, "Epoch": each seal names the one before.
//
// Waits for a checkpoint of the ledger. Any thread.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>

#include "model/evidence.h"
#include "trail/record_store.h"

namespace art32::trail {

struct SealedEpoch {
  std::uint64_t number = 0;
  crypto::Digest digest{};  // of the seal
  Position position;
};

// The newest epoch that follows the one of this digest; nothing where none does. `known` is that one's seal
// or an earlier one's: from its leaf on the ledger is read, or all of it where that isn't there. `corrupt`
// where the ledger doesn't have it at all.
base::Result<std::optional<SealedEpoch>> newest_after(const crypto::Digest& digest, const KnownSeal& known,
                                                      model::EvidenceSearch& ledger);
// The seals of the trails of one name, read as the ledger grows. One thread at a time.
class SealChain {
 public:
  explicit SealChain(std::string name) : name_(std::move(name)) {}

  // Reads on from where it was, to the end. `check_failed`, from then on each time, where a seal doesn't
  // follow the one before it, or is there in two forms: somebody went on from an older copy. `unavailable`
  // when `stop` is asked for, `timeout` behind `until`: the next call goes on there.
  base::Status follow(model::EvidenceSearch& ledger, const std::stop_token& stop,
                      std::optional<std::chrono::steady_clock::time_point> until = {});
  const std::optional<SealedEpoch>& newest() const { return newest_; }

 private:
  base::Status take(const SealedEpoch& epoch, std::string_view previous);
  bool is_remembered(const SealedEpoch& epoch) const;

  const std::string name_;
  model::LeafIndex next_;
  std::optional<SealedEpoch> newest_;
  std::deque<std::uint64_t> digests_;  // the beginnings of the newest ones', the last one's at the end
  std::optional<base::Error> fork_;
};

}  // namespace art32::trail
