// Which published version of the annex applies, in words: annex::states() says how each
// stands today. Days are those of UTC, as everywhere on the pages. Pure; any thread.
#pragma once

#include "portal/html.h"
#include "portal/view.h"

namespace art32::portal {

// The effective day, and below it "gilt", "noch nicht in Kraft" or "abgelöst".
Html effective_of(const View& view, const annex::Version& version, model::Language language);
// Which version applies today, linked, where the newest isn't in force yet; else empty.
Html applies_today(const View& view, model::Language language);

}  // namespace art32::portal
