// What pages say of an audit: why it ran, how it ended, and what its probes saw. Names
// what failed and what stayed undecided before what passed. Pure; any thread.
//
// Used by the list of audits, by the page of one, and by that of a measure.
#pragma once

#include <string>

#include "audit/audit.h"
#include "portal/html.h"

namespace art32::portal {

std::string trigger_word(const std::string& trigger, model::Language language);
Html outcome_of(const audit::AuditRun& run, model::Language language);
// Open where something didn't go as it should; a row of passes is one click away.
Html observations(const audit::ProbeRun& run, model::Language language);

}  // namespace art32::portal
