// Canary accounts: made by a probe's run, gone with it, by the same code that
// real accounts take. A crash may leave one behind; the next start removes it.
#pragma once

#include "audit/target.h"
#include "identity/accounts.h"

namespace art32::app {

// All or nothing.
base::Result<audit::Canary> make_canary(identity::Accounts& accounts);
// Logs what goes wrong: a probe's verdict doesn't hang on it.
void remove_canary(identity::Accounts& accounts, std::string_view account);
void remove_left_canaries(identity::Accounts& accounts);

}  // namespace art32::app
