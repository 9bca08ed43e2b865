// Whose folder it is: an installation is used by its owner alone. Another user, root
// too, would leave files behind that the owner's server can't read, and would be told
// to give away key files that are right as they are.
#pragma once

#include "app/folder.h"
#include "base/result.h"

namespace art32::app {

// `permission` unless the folder belongs to the user of this process; names the owner
// and how to run as that user. A folder that isn't there is whose it will be.
base::Status check_owner(const Folder& folder);

// The user's name, or the number where the system knows none.
std::string user_name(unsigned user);

}  // namespace art32::app
