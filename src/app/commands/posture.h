// art32 tenancy posture, and the line of `art32 status` about each separated database: what people
// read of a check that the running server has done. Constant; for the commands only.
#pragma once

#include "app/commands/command_line.h"
#include "app/json.h"

namespace art32::app {

void add_posture_command(CLI::App& tenancy, Context& context);

// "  posture  shop: broken since ..., 3 to mend", of the server's JSON.
std::string posture_line(const json::value& posture);

// What is to mend, for people.
std::string finding_text(const tenancy::Finding& finding);

}  // namespace art32::app
