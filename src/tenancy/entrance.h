// The entrance of one installation: its keys, the audience that it answers to, the time.
//
// Immutable; any thread, and so must the clock be.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "model/entrance.h"
#include "model/removed_teams.h"
#include "tenancy/key_ring.h"

namespace art32::tenancy {

class Entrance final : public model::Entrance {
 public:
  // Claims and entries have keys of their own: who signs claims can't enter.
  // Claims for teams of `removed`, where there is such a list, aren't believed.
  Entrance(KeyRing claim_keys, KeyRing entry_keys, std::string audience,
           std::shared_ptr<const base::Clock> clock,
           std::shared_ptr<const model::RemovedTeams> removed = nullptr);

  base::Result<Believed> believe(std::string_view token) const override;
  bool is_removed(const model::TeamId& team) const override;
  std::uint64_t removals() const override;
  base::Bytes entry(const model::Claim* claim, base::ByteView session, std::uint64_t number) const override;

 private:
  KeyRing claim_keys_, entry_keys_;
  std::string audience_;
  std::shared_ptr<const base::Clock> clock_;
  std::shared_ptr<const model::RemovedTeams> removed_;
};

}  // namespace art32::tenancy
