// What the commands team, user and token ask of a System, by the names that server_commands.cpp
// knows them under.
//
// As server_commands.h says; any thread.
#pragma once

#include <span>
#include <utility>

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

using ServerCommand = base::Result<json::value> (*)(System&, const json::object&);

std::span<const std::pair<std::string_view, ServerCommand>> customer_commands();

}  // namespace art32::app
