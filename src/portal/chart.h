// The last runs of a probe as a small inline drawing: a bar per run, oldest on
// the left, as tall as it took, its head shaped by the verdict; below it the dates
// of the first and the last, and what the signs mean. A table with the
// same runs stands beside it on the page.
#pragma once

#include "audit/audit.h"
#include "portal/html.h"

namespace art32::portal {

// `runs` newest first, at least one.
Html run_chart(const std::string& probe, const std::vector<audit::ProbeRun>& runs, model::Language language);

}  // namespace art32::portal
