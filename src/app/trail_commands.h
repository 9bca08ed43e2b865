// What the command trail asks of a System, by the names that server_commands.cpp knows it under:
// how the trails stand, and what is in them. Every look into one is sealed in the ledger.
//
// As server_commands.h says; any thread.
#pragma once

#include <span>
#include <utility>

#include "app/json.h"
#include "app/system.h"

namespace art32::app {

// What the trail of that database has of a canary's row; nothing while it has none.
base::Result<std::optional<audit::TrailHit>> find_canary(const Folder& folder, const std::string& database,
                                                         const std::string& note);
// As a probe takes it, looked at now.
std::vector<audit::TrailView> trail_views(TrailService& trails);

// Of a command's arguments: the database that has a trail, as the configuration calls it, without a name the
// only one; its trail; and what is searched for.
base::Result<std::string> database_argument(System& system, const json::object& arguments);
base::Result<trail::RecordReader::Options> trail_argument(System& system, const json::object& arguments);
base::Result<trail::SearchQuery> query_argument(const json::object& arguments);
// Before anything is shown.
base::Result<model::LeafIndex> seal_look(System& system, std::string_view what,
                                         const json::object& arguments);

std::span<const std::pair<std::string_view, base::Result<json::value> (*)(System&, const json::object&)>>
trail_commands();

}  // namespace art32::app
