// The one table of probes: what the engine runs, the annex may name, and pages
// and documents describe. Lives as long as the program; any thread.
#pragma once

#include <span>
#include <string_view>

#include "audit/probe.h"

namespace art32::audit {

std::span<const Probe> probes();
const Probe* find_probe(std::string_view id);

}  // namespace art32::audit
