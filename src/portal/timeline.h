// When changes happened: a bar for each minute, hour, day ... of the time in which there are some, those
// without an author on top. A drawing; its accessible description says the counts. Pure; any thread.
#pragma once

#include "model/language.h"
#include "portal/html.h"
#include "portal/trail_change.h"

namespace art32::portal {

// Nothing where no event has a time. `is_part`: there are more that weren't counted.
enum class Counted { all, part };
Html timeline(const std::vector<TrailEvent>& events, Counted counted, model::Language language);

}  // namespace art32::portal
