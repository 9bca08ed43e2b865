// The export of a trail by pages, as the command asks for them: what is asked for is sealed as one look when
// it begins, and each page is of that, whatever whoever asks for it says.
//
// As server_commands.h says; any thread. Nothing is kept between two pages.
#pragma once

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

// Arguments as of a search, and `as`: "ocsf", "csv", "records"; `all_teams`; `personal`: with the values that
// aren't erased; `statements`: not changes, but what staff said. Answers with the look's index, what the file
// begins with, and how many records each team has.
base::Result<json::value> begin_export(System& system, const json::object& arguments);
// Of that look, and of a team: its records behind a number and before another. Pages that are too long for
// one message come in parts.
base::Result<json::value> export_page(System& system, const json::object& arguments);

}  // namespace art32::app
