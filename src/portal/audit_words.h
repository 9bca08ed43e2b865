// What pages say of an audit as a whole: why it ran and how it ended. Names what
// failed and what stayed undecided before what passed. Pure; any thread.
//
// Used by the list of audits and by the page of one.
#pragma once

#include <string>

#include "audit/audit.h"
#include "portal/html.h"

namespace art32::portal {

std::string trigger_word(const std::string& trigger, model::Language language);
Html outcome_of(const audit::AuditRun& run, model::Language language);

}  // namespace art32::portal
