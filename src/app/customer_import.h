// Tokens of an application taken over on the server's side: a batch, with who holds them.
// For customer_commands.cpp; any thread.
#pragma once

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

// "tokens": rows of Sanctum's table; "members": team and e-mail address of each holder, who is added
// where he isn't here yet; with "only_check" nothing is changed. All of the batch or none, as
// identity/token_import.h says. Answers with how many were "imported", "there" and "removed".
base::Result<json::value> import_tokens(System& system, const json::object& arguments);

}  // namespace art32::app
