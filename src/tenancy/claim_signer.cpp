#include "tenancy/claim_signer.h"

#include "base/limits.h"
#include "tenancy/claim_token.h"

namespace art32::tenancy {

ClaimSigner::ClaimSigner(KeyRing claim_keys, std::string audience, std::shared_ptr<const base::Clock> clock)
    : keys_(std::move(claim_keys)), audience_(std::move(audience)), clock_(std::move(clock)) {}

std::string ClaimSigner::sign(const model::TeamId& team, const model::Actor& actor,
                              const std::string& request) const {
  const base::Instant now = std::chrono::floor<std::chrono::seconds>(clock_->now());
  return sign_claim({team, actor, request, audience_, now, now + base::limits::claim_usual_life}, keys_);
}

}  // namespace art32::tenancy
