// Reads one promise of a measure: `retention = { type = "duration", value = "30d" }`.
// Used by read_section.cpp. Pure; findings go into the Report, with file and line.
#pragma once

#include <optional>

#include "annex/report.h"
#include "annex/toml_source.h"
#include "model/promise.h"

namespace art32::annex {

// Nothing, with a finding, if the type is unknown or the value isn't of it.
// `measure` is the measure's id, for messages.
std::optional<model::Promise> read_promise(const Member& member, const std::string& measure, Report& report);

}  // namespace art32::annex
