// What an "erased" leaf's own record says: {"index":17,"reason":"..."}.
//
// Canonical JSON of two members; the writer and recovery agree on it here. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::ledger {

struct Erasure {
  std::uint64_t index = 0;
  std::string_view reason_json;  // the reason as a JSON string, quotes included
};

std::string format_erasure(std::uint64_t index, std::string_view reason);
// Views into `record`. `corrupt` unless format_erasure wrote it.
base::Result<Erasure> parse_erasure(base::ByteView record);

}  // namespace art32::ledger
