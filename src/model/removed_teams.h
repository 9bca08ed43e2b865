// Teams that were removed, for rooms that let somebody act for a team.
//
// Implemented by identity/; any thread, at the same time; never blocks for long.
#pragma once

#include <cstdint>

#include "model/claim.h"

namespace art32::model {

class RemovedTeams {
 public:
  virtual ~RemovedTeams() = default;
  virtual bool contains(const TeamId& team) const = 0;
  // Grows with each team that is removed: while it stays, so does every answer. Never waits.
  virtual std::uint64_t removals() const = 0;
};

}  // namespace art32::model
