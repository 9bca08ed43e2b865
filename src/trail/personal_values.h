// Values of personal columns: a commitment stands for each in the record, and the value itself lies
// beside it, encrypted under the key of whom it is about. docs/formats/trail.md, "Personal values".
//
// With the key destroyed nobody can read the value, nor try out what the commitment is of; the record and
// all hashes stay as they are. A PersonalValues is for one record; change, rules, salt and keys outlive it.
// One thread.
#pragma once

#include "crypto/digest.h"
#include "trail/record.h"
#include "trail/subject_keys.h"

namespace art32::trail {

// Whoever has it can check the value of one column of one record, without the subject's key.
crypto::Digest personal_opening(base::ByteView subject_key, base::ByteView salt, RowSide side,
                                std::string_view column);
crypto::Digest personal_commitment(const crypto::Digest& opening, std::string_view value);

// Beside a record, for each value: column, side, key's id, length, tag.
inline constexpr std::size_t personal_value_overhead = 2 + 1 + 16 + 4 + 16;

class PersonalValues {
 public:
  // `salt`: the record's, in hexadecimal. Without keys there may be no personal column.
  PersonalValues(const Change& change, const TableRules& rules, SubjectKeys* keys, std::string_view salt);

  // In hexadecimal.
  std::string commit(std::size_t column, RowSide side, std::string_view value);
  // What lies beside the record: of everything committed to, what isn't longer. Or why a key wasn't there.
  base::Result<base::Bytes> seal(std::size_t longest) const;

 private:
  struct Value {
    std::string_view text;
    SubjectKeyId key{};
    crypto::Digest opening{}, commitment{};
  };

  const Change& change_;
  const TableRules& rules_;
  SubjectKeys* const keys_;
  const std::string_view salt_;
  std::map<std::pair<std::size_t, RowSide>, Value> values_;
  base::Status trouble_;
};

// Whom a value on this side of the change is about. Where the log doesn't say it of this side, the other
// one; where it says it of none, nobody.
Subject subject_of(const Change& change, const SubjectRule& rule, RowSide side);

// A record's JSON for reading: each personal value gets the member `value`, or `erased` or `missing`, true,
// where its key is destroyed or isn't known. `corrupt` where a value isn't the one committed to, or
// the record isn't one.
base::Result<std::string> with_personal_values(std::string_view record, base::ByteView values,
                                               const SubjectKeys& keys);

// A line of JSON for each value whose key is living, with the opening by which whoever is given it checks
// it against the record's commitment. docs/formats/evidence-pack.md, "Values". Errors as above.
base::Result<std::string> disclosed_values(std::uint64_t number, std::string_view record,
                                           base::ByteView values, const SubjectKeys& keys);

}  // namespace art32::trail
