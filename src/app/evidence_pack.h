// Evidence packs on disk: a folder with a team's records, the proof that none is missing, and a page
// for people that says how to check it. docs/formats/evidence-pack.md.
//
// Any thread, each folder one at a time.
#pragma once

#include <functional>

#include "ledger/ledger.h"
#include "trail/evidence_document.h"

namespace art32::app {

// Makes the folder: what it will hold is written beside it, and it has its name only when it is whole.
class EvidencePackWriter {
 public:
  // `already_exists` where there is something of that name, or of that of the part beside it.
  static base::Result<EvidencePackWriter> begin(const base::Path& wanted,
                                                const trail::EvidenceDocument& document);
  // Lines, as they come: a part of one is enough. Without values there is no file of them.
  base::Status add_records(base::ByteView octets) { return records_.add(octets); }
  base::Status add_values(base::ByteView octets);
  // Verifies what was written, by the key that the document names, then gives it its name. What isn't
  // finished is left behind beside it, as `NAME.partial`.
  base::Status finish(const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

 private:
  struct Output {
    base::File file;
    std::uint64_t length = 0;
    base::Status add(base::ByteView octets);
  };
  EvidencePackWriter(base::Path folder, base::Path partial, std::string key)
      : folder_(std::move(folder)), partial_(std::move(partial)), key_(std::move(key)) {}

  base::Path folder_, partial_;
  std::string key_;
  Output records_, values_;
};

struct VerifiedEvidence {
  trail::EvidenceDocument document;
  merkle::Checkpoint checkpoint;
  base::Instant sealed;      // when
  std::uint64_t values = 0;  // personal ones that were checked
};

// Of the ledger, and of who must have cosigned its checkpoint: C2SP vkeys.
struct EvidenceKeys {
  std::string ledger;
  std::vector<std::string> witnesses = {};
};

// `check_failed` unless everything in the folder holds under those keys. Reads nothing else, and
// believes nothing. Progress is called with records done and all.
base::Result<VerifiedEvidence> verify_evidence_pack(
    const base::Path& folder, const EvidenceKeys& keys,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

}  // namespace art32::app
