// The teams that were removed, in memory: asked for each claim, changed hardly ever.
//
// Of Teams, which keeps it true; shared with whoever asks. Any thread.
#pragma once

#include <mutex>
#include <set>
#include <shared_mutex>

#include "model/removed_teams.h"

namespace art32::identity {

class RemovedTeamList final : public model::RemovedTeams {
 public:
  bool contains(const model::TeamId& team) const override {
    const std::shared_lock lock(mutex_);
    return teams_.contains(team);
  }
  void add(const model::TeamId& team) {
    const std::unique_lock lock(mutex_);
    teams_.insert(team);
  }

 private:
  mutable std::shared_mutex mutex_;
  std::set<model::TeamId> teams_;
};

}  // namespace art32::identity
