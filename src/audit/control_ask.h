// Asks a running instance through its control socket, the way an operator's commands do.
// Any thread.
#pragma once

#include <boost/json.hpp>

#include "base/file.h"
#include "base/result.h"

namespace art32::audit {

// The command's result; `unavailable` with the instance's words when it was refused.
base::Result<boost::json::value> ask_instance(const base::Path& control_socket, std::string_view command,
                                              boost::json::object arguments);

}  // namespace art32::audit
