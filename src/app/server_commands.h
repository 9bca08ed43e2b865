// What commands ask of a System: the same functions whether they arrive by the
// control socket or, with no server running, run in the command's own process.
#pragma once

#include <string>

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

base::Result<json::value> run_server_command(System& system, std::string_view name,
                                             const json::object& arguments);

// The control socket's answer: request and reply as JSON text.
std::string answer_control_request(System& system, std::string_view request);

// Asks the running server; `unavailable` without one.
base::Result<json::value> ask_server(const Folder& folder, std::string_view name,
                                     const json::object& arguments);
// Asks the running server; without one, opens the folder and runs it here.
base::Result<json::value> ask(const Folder& folder, std::string_view name, const json::object& arguments);

}  // namespace art32::app
