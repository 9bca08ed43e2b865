#include "tenancy/entrance.h"

#include "base/limits.h"
#include "tenancy/claim_token.h"
#include "tenancy/entry.h"

namespace art32::tenancy {

Entrance::Entrance(KeyRing claim_keys, KeyRing entry_keys, std::string audience,
                   std::shared_ptr<const base::Clock> clock,
                   std::shared_ptr<const model::RemovedTeams> removed)
    : claim_keys_(std::move(claim_keys)),
      entry_keys_(std::move(entry_keys)),
      audience_(std::move(audience)),
      clock_(std::move(clock)),
      removed_(std::move(removed)) {}

bool Entrance::is_removed(const model::TeamId& team) const {
  return removed_ != nullptr && removed_->contains(team);
}

std::uint64_t Entrance::removals() const {
  return removed_ == nullptr ? 0 : removed_->removals();
}

base::Result<model::Entrance::Believed> Entrance::believe(std::string_view token) const {
  const base::Instant now = clock_->now();
  ART32_ASSIGN(model::Claim claim, verify_claim(token, claim_keys_, audience_, now));
  if (is_removed(claim.team))
    return base::failure(base::ErrorCode::permission, "the claim isn't believed: its team was removed");
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(claim.expires - now);
  return Believed{std::move(claim), left};
}

base::Bytes Entrance::entry(const model::Claim* claim, base::ByteView session, std::uint64_t number) const {
  const base::Instant expires = clock_->now() + base::limits::entry_life;
  return claim == nullptr ? make_nobody_entry(session, number, expires, entry_keys_)
                          : make_entry(*claim, session, number, expires, entry_keys_);
}

}  // namespace art32::tenancy
