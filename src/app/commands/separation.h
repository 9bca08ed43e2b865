// The commands of `art32 tenancy` that read or change a database's schema, for its group.
// Added once, at the start, by tenancy.cpp; `context` outlives the tree.
#pragma once

#include "app/commands/command_line.h"

namespace art32::app {

void add_separation_commands(CLI::App& tenancy, Context& context);

}  // namespace art32::app
