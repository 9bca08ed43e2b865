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

// The newest epoch that follows the one of this digest, whose seal is at `from` or before; nothing where none
// does.
base::Result<std::optional<SealedEpoch>> newest_after(const crypto::Digest& digest, model::LeafIndex from,
                                                      model::EvidenceSearch& ledger);
// The newest one of any trail of this database.
base::Result<std::optional<SealedEpoch>> newest_of(std::uint64_t system, std::uint32_t database,
                                                   model::EvidenceSearch& ledger);

}  // namespace art32::trail
