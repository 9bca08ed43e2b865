// What a probe measures, held against what the annex promises: a probe that
// looks for SHA-256 says nothing about a promise of another hash.
#pragma once

#include <string_view>

#include "audit/observe.h"
#include "audit/target.h"

namespace art32::audit {

// Adds a positive control: it worked if the annex promises just `measured`, the
// text that the probe measures. Anything else, or no promise, is undecided.
void control_promise(const Target& target, std::string_view measure, std::string_view promise,
                     std::string_view measured, Observations& observations);

}  // namespace art32::audit
