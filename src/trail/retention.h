// How long records are kept, and how they go: by whole segments of the trail, whatever is in them, so that
// it takes the same few milliseconds for any number. A segment ends behind the epoch that is sealed
// limits::trail_segment_span after its first one: they are kept so much longer than promised at most.
// docs/formats/trail.md, "Retention".
//
// What a reader is told of it: where a team's records begin by now. Pure values.
#pragma once

#include <cstdint>

#include "merkle/tree.h"

namespace art32::trail {

// A team's first record that is still there, and the frontier of its tree before that one.
struct Beginning {
  std::uint64_t first = 0;
  merkle::Frontier frontier;
};

}  // namespace art32::trail
