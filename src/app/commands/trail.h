// art32 trail: the record of a database's changes, for other commands that show a line of it.
// The commands themselves are added by command_line.h.
#pragma once

#include "app/commands/command_line.h"
#include "app/json.h"

namespace art32::app {

// art32 trail search | history | tail | show | teams
void add_trail_reading(CLI::App& trail, Context& context);
void add_trail_export(CLI::App& trail, Context& context);

std::string trail_line(const json::value& trail);  // of one in `art32 status`

}  // namespace art32::app
