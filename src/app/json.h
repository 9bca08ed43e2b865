// Between our values and Boost.JSON: errors across the control socket, and the
// JSON forms that `--json` prints. One place, so that pages and commands agree.
#pragma once

#include <boost/json.hpp>

#include "annex/versions.h"
#include "app/system.h"
#include "audit/audit.h"
#include "base/result.h"

namespace art32::app {

namespace json = boost::json;

json::value to_json(const base::Error& error);
base::Error error_from_json(const json::value& value);

json::value to_json(const audit::ProbeRun& run);
json::value to_json(const audit::AuditRun& run);
json::value to_json(const audit::MeasureStanding& standing);
json::value to_json(const annex::Version& version, annex::VersionState state);
json::value to_json(const audit::MutationResult& result);
json::array to_json(const std::vector<model::Listener>& listeners);
json::array to_json(const std::vector<PostureStanding>& standings);
json::value to_json(const trail::SourceFinding& finding);
json::array to_json(const std::vector<TrailStanding>& standings);

// Indented, for people who read JSON in a terminal; ends with a newline.
std::string pretty(const json::value& value);

}  // namespace art32::app
