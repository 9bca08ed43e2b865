// How capabilities put evidence into the ledger, and read it back, without knowing it.
// Whoever seals takes an EvidenceSink by reference, whoever compares an EvidenceSource, whoever
// looks for what it sealed itself an EvidenceSearch; wiring gives them the ledger, which outlives them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/strong.h"
#include "base/time.h"

namespace art32::model {

using LeafIndex = base::Strong<struct LeafIndexTag>;

// What a record is about; written in the clear into the leaf, so it identifies
// nobody. Lower-case words with hyphens: "verdict", "annex-version", "erased".
struct RecordKind {
  std::string_view name;
};

inline constexpr RecordKind verdict_record{"verdict"};
inline constexpr RecordKind audit_record{"audit"};
inline constexpr RecordKind annex_version_record{"annex-version"};
inline constexpr RecordKind account_record{"account"};
inline constexpr RecordKind server_record{"server"};
inline constexpr RecordKind erased_record{"erased"};
inline constexpr RecordKind statement_record{"statement"};
inline constexpr RecordKind statement_outcome_record{"statement-outcome"};
inline constexpr RecordKind trail_epoch_record{"trail-epoch"};
inline constexpr RecordKind trail_look_record{"trail-look"};
inline constexpr RecordKind trail_erasure_record{"trail-erasure"};
inline constexpr RecordKind trail_retention_record{"trail-retention"};

class EvidenceSink {
 public:
  virtual ~EvidenceSink() = default;
  // Durable when it returns: the record is on disk under this index and will be
  // in the tree within a second. `record` is canonical JSON, at most
  // limits::ledger_record_octets. `exhausted` when the disk is full. Any thread.
  virtual base::Result<LeafIndex> append(RecordKind kind, base::ByteView record) = 0;
  // Several of one kind, at least one, all of them or none; the index of the first, the
  // others follow it.
  virtual base::Result<LeafIndex> append_batch(RecordKind kind, std::span<const base::Bytes> records) = 0;
};

class EvidenceSource {
 public:
  virtual ~EvidenceSource() = default;
  // The octets that were appended under this index. `not_found` where nothing is, or
  // where the record was erased; `corrupt` where they aren't what was sealed. Any thread.
  virtual base::Result<base::Bytes> record(LeafIndex index) const = 0;
};

class EvidenceSearch {
 public:
  virtual ~EvidenceSearch() = default;
  // Records of one kind from this index on, in their order, erased ones left out: all that were
  // appended before the call. Errors of `visit` end the search. The index to go on from next time. Any
  // thread.
  using Visit = std::function<base::Status(LeafIndex index, base::ByteView record)>;
  virtual base::Result<LeafIndex> find(RecordKind kind, LeafIndex from, const Visit& visit) = 0;
  // Behind the last one that was appended.
  virtual LeafIndex end() const = 0;
};

}  // namespace art32::model
