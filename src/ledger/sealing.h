// How a record is sealed: committed to by its entry, encrypted beside the tree.
//
// Each record has a key of its own, 32 random octets used once. From it come the
// encryption key and the opening (the commitment's key); it is kept wrapped, and
// erasing a record means destroying that wrapped key.
// docs/formats/ledger.md, "Sealing". Pure but for the caller's randomness; any thread.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "ledger/entry.h"

namespace art32::ledger {

inline constexpr std::size_t record_key_octets = 32;

struct SealedRecord {
  base::Bytes entry;
  base::Bytes sealed;  // AES-256-GCM, tag at the end
};

struct OpenedRecord {
  base::Bytes record;
  crypto::Digest opening{};
};

crypto::Digest opening_of(base::ByteView record_key);
crypto::Digest commitment_of(base::ByteView opening, std::string_view kind, base::Instant time,
                             base::ByteView record);

// `record_key` is fresh: it must never seal a second record.
SealedRecord seal_record(base::ByteView record_key, std::string_view kind, base::Instant time,
                         base::ByteView record);

// `corrupt` unless record, entry and key belong together.
base::Result<OpenedRecord> open_record(base::ByteView record_key, base::ByteView entry,
                                       base::ByteView sealed);

// What an outsider checks of a disclosure: `check_failed` unless the opening (32
// octets) and the record give the commitment of the entry. The entry's place in
// the tree is proved apart, by a tlog-proof.
base::Status check_opening(base::ByteView entry, base::ByteView record, base::ByteView opening);

}  // namespace art32::ledger
