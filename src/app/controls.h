// The one table of controls: how each kept measure is kept.
// The annex may name these and no others; the portal describes them from here.
// Lives as long as the program; any thread.
#pragma once

#include <span>

#include "annex/annex_file.h"
#include "model/control.h"

namespace art32::app {

std::span<const model::Control> controls();

// Everything a paragraph of the annex may name: these controls, all probes.
annex::Vocabulary annex_vocabulary();

}  // namespace art32::app
