// A question to the trail as people write it, made into one that the search understands. For the commands,
// the JSON API and the pages alike. Pure; any thread.
#pragma once

#include "model/trail_reading.h"
#include "trail/search.h"

namespace art32::app {

inline constexpr std::uint64_t most_trail_hits = 1'000;

// `invalid_argument` with what isn't right and how it is written.
base::Result<trail::SearchQuery> search_query(const model::TrailQuestion& question);

}  // namespace art32::app
