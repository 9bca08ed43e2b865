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
// Empty where the newest records of the trail's teams, or of some of many, are those that were sealed, and
// the seals in the ledger follow each other; else what isn't so.
base::Result<std::string> check_newest_records(const Folder& folder, const model::EvidenceSource& ledger,
                                               TrailService& trails, const std::string& database);
// As a probe takes it, looked at now.
std::vector<audit::TrailView> trail_views(TrailService& trails);

std::span<const std::pair<std::string_view, base::Result<json::value> (*)(System&, const json::object&)>>
trail_commands();

}  // namespace art32::app
