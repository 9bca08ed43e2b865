// art32 token import: an application's Sanctum tokens taken over, with the clients that hold them.
// Added once, at the start, by token.cpp; `context` outlives the tree.
#pragma once

#include "app/commands/command_line.h"

namespace art32::app {

void add_token_import(CLI::App& token, Context& context);

}  // namespace art32::app
