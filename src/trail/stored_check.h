// Whether the records that are stored are those that were sealed: each team's tree is made again from
// them, and the map of all teams is compared with the seal that the ledger has.
//
// Reads while the trail is written. Any thread.
#pragma once

#include <functional>
#include <stop_token>

#include "trail/record_reader.h"

namespace art32::trail {

struct StoredCheckLimits {
  std::uint64_t records = UINT64_MAX;  // of a team, its newest ones
  std::size_t teams = SIZE_MAX;        // drawn at random where there are more
};

struct StoredCheck {
  std::uint64_t teams = 0, records = 0;  // that were read
};

// `check_failed` or `corrupt`, in words, where something isn't as it was sealed; `unavailable` when `stop`
// is asked for. Progress is called with records done and all.
base::Result<StoredCheck> check_stored(
    RecordReader& reader, const model::EvidenceSource& ledger, const StoredCheckLimits& limits,
    const std::stop_token& stop = {}, const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

}  // namespace art32::trail
