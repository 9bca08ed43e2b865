// What staff said to a database through the gateway (docs/formats/statements.md) as events of the Open
// Cybersecurity Schema Framework: docs/formats/ocsf.md, "Statements of staff". Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace art32::trail {

struct SealedStatement {
  std::uint64_t index = 0;     // of the ledger's entry
  std::string_view entry;      // the entry's octets, whose hash is the event's id
  std::string_view statement;  // the record
  std::string_view outcome;    // the record of what became of it; empty: none is there yet
};
// `corrupt` where they aren't such records. `version`: of art32.
base::Result<std::string> ocsf_statement(const SealedStatement& sealed, std::string_view version);

}  // namespace art32::trail
