// art32 tenancy keys ...: the keys that claims and entries are signed with, rotated without a gap.
// Added once, at the start, by tenancy.cpp; `context` outlives the tree.
#pragma once

#include "app/commands/command_line.h"

namespace art32::app {

void add_tenancy_keys(CLI::App& tenancy, Context& context);

}  // namespace art32::app
