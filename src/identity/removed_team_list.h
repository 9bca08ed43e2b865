// The teams that were removed, in memory: asked for each claim, changed hardly ever.
//
// Of Teams, which keeps it true; shared with whoever asks. Any thread.
#pragma once

#include <atomic>
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
    if (teams_.insert(team).second) removals_.fetch_add(1, std::memory_order_release);
  }
  std::uint64_t removals() const override { return removals_.load(std::memory_order_acquire); }

 private:
  mutable std::shared_mutex mutex_;
  std::set<model::TeamId> teams_;
  std::atomic<std::uint64_t> removals_{0};
};

}  // namespace art32::identity
