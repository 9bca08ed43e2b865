// What the command `trail evidence` asks of a System: the proof of some of a team's records, and then
// their octets, which are given out for the look that was sealed before.
//
// As server_commands.h says; any thread.
#pragma once

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

// Seals the look. The document of evidence, and the look's leaf.
base::Result<json::value> prove_evidence(System& system, const json::object& arguments);
// A stretch of the pack's lines of records or values, for a look that is not older than a day: in base64,
// with where the next one begins.
base::Result<json::value> read_evidence(System& system, const json::object& arguments);

}  // namespace art32::app
