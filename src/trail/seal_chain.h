// What the ledger has of a trail that its own folder doesn't know: a folder that is older than that was put
// back, or is gone. docs/formats/trail.md, "Epoch": each seal names the one before.
//
// Waits for a checkpoint of the ledger. Any thread.
#pragma once

#include <optional>

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
// The newest one of a trail of this name.
base::Result<std::optional<SealedEpoch>> newest_of(std::string_view name, model::EvidenceSearch& ledger);

}  // namespace art32::trail
