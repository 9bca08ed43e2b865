// art32 witness: who cosigned the ledger, for other commands that show it.
// The commands themselves are added by command_line.h.
#pragma once

#include "app/commands/command_line.h"
#include "app/json.h"

namespace art32::app {

std::string witness_lines(const json::value& witnesses);  // of `art32 status`

}  // namespace art32::app
