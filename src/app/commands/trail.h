// art32 trail: the record of a database's changes, for other commands that show a line of it.
// The commands themselves are added by command_line.h.
#pragma once

#include "app/commands/command_line.h"
#include "app/gateway_configuration.h"
#include "app/json.h"

namespace art32::app {

// art32 trail search | history | tail | show | teams
void add_trail_reading(CLI::App& trail, Context& context);
// art32 trail evidence | check-evidence
void add_trail_evidence(CLI::App& trail, Context& context);

// art32 trail check-records | accept-loss
void add_trail_checks(CLI::App& trail, Context& context);

// art32 trail export
void add_trail_export(CLI::App& trail, Context& context);

// The one of that name that has a trail; without a name, the only one there is.
base::Result<GatewayDatabase> trail_database(const Context& context, const std::string& name);

std::string trail_line(const json::value& trail);  // of one in `art32 status`

}  // namespace art32::app
