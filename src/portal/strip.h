// The strip: one bar for each measure, grouped by section, shaped by its state and
// filled as far as its paragraphs are proven. A drawing for the eye; its
// accessible name says the counts, its caption how to read it. Pure; any thread.
#pragma once

#include "portal/html.h"
#include "portal/view.h"

namespace art32::portal {

Html strip(const View& view, model::Language language);

}  // namespace art32::portal
