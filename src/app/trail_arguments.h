// What every question about a trail begins with: which database it is of, and the seal of the look, in
// the ledger before anything is shown.
//
// As server_commands.h says; any thread.
#pragma once

#include "app/json.h"
#include "app/system.h"
#include "trail/record_reader.h"
#include "trail/search.h"

namespace art32::app {

// As the configuration has it; without a name the only one that has a trail.
base::Result<std::string> database_argument(System& system, const json::object& arguments);
base::Result<trail::RecordReader::Options> trail_argument(System& system, const json::object& arguments);
// A day, or a moment in UTC.
base::Result<std::optional<base::Instant>> time_argument(const json::object& arguments, std::string_view key);

base::Result<trail::SearchQuery> query_argument(const json::object& arguments);

// What was asked for, but values of rows; and who asked, `by`. The leaf's index.
base::Result<model::LeafIndex> seal_look(System& system, std::string_view what,
                                         const json::object& arguments);
// What was asked for when that look was sealed: pages that follow are given out for nothing else. `not_found`
// where it is no look of that command, or older than a day.
base::Result<json::object> asked_in_look(System& system, std::uint64_t look, std::string_view command);

}  // namespace art32::app
