// Which published version of the annex is in force on a day.
//
// A version is in force from its effective day until the effective day of a newer
// one. Days are those of UTC, as everywhere on the pages. Pure; any thread.
#pragma once

#include "portal/html.h"
#include "portal/view.h"

namespace art32::portal {

enum class Validity { in_force, not_yet, superseded };

// Of the version at `index` in a list with the newest first.
Validity validity(const std::vector<annex::Version>& versions, std::size_t index, base::Instant now);
// The one in force; null while there is none.
const annex::Version* version_in_force(const std::vector<annex::Version>& versions, base::Instant now);

// The effective day, and below it "gilt", "noch nicht in Kraft" or "abgelöst".
Html effective_of(const View& view, const annex::Version& version, model::Language language);
// Which version applies today, linked, where the newest isn't in force yet; else empty.
Html applies_today(const View& view, model::Language language);

}  // namespace art32::portal
