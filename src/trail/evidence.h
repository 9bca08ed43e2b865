// That some of a team's records are all that it has between two numbers: what whoever gets them checks
// against a seal in the ledger. docs/formats/evidence-pack.md says every octet.
//
// Proving reads what was sealed, as a RecordReader does. Values and pure functions otherwise.
#pragma once

#include <optional>
#include <string>

#include "merkle/range_proof.h"
#include "trail/record_reader.h"

namespace art32::trail {

// Records `first` to below `end` of a team, at the moment that was sealed.
struct RecordRange {
  std::uint64_t first = 0, end = 0;

  bool operator==(const RecordRange&) const = default;
};

struct Evidence {
  std::string team;
  RecordRange range;
  TeamProof shown;  // how many records the team had, and that this was sealed
  merkle::RangeProof proof;

  bool operator==(const Evidence&) const = default;
};

struct SealedEvidence {
  Evidence evidence;
  std::string seal;       // docs/formats/trail.md, "Epoch"
  model::LeafIndex leaf;  // of the seal, in the ledger
};

// Of the newest sealed moment; without `first` and `end`, of all records that there are. `invalid_argument`
// where there are none of those numbers, `not_found` before the first seal, else the reader's errors.
base::Result<SealedEvidence> prove_records(RecordReader& reader, std::string_view team,
                                           std::optional<std::uint64_t> first,
                                           std::optional<std::uint64_t> end);

// The root of the map of all teams that a seal names; `check_failed` for what isn't one.
base::Result<merkle::Hash> sealed_root_of(std::string_view seal);

class EvidenceVerifier {
 public:
  // `check_failed` unless the seal has the team in this state, and the proof is one of the range.
  static base::Result<EvidenceVerifier> begin(const Evidence& evidence, std::string_view seal);
  // The next record; `check_failed` where it says itself to be another one.
  base::Status take(base::ByteView record);
  // `check_failed` unless these were the team's records of the range, all of them.
  base::Status finish() const;

 private:
  EvidenceVerifier(const Evidence& evidence, merkle::RangeVerifier range)
      : team_(evidence.team),
        next_(evidence.range.first),
        root_(evidence.shown.state.root),
        range_(std::move(range)) {}

  const std::string team_;
  std::uint64_t next_;
  const merkle::Hash root_;
  merkle::RangeVerifier range_;
};

}  // namespace art32::trail
