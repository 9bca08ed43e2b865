// Signs claims at the edge of one installation.
//
// Immutable; any thread, and so must the clock be.
#pragma once

#include <memory>

#include "base/time.h"
#include "model/claim_signer.h"
#include "tenancy/key_ring.h"

namespace art32::tenancy {

class ClaimSigner final : public model::ClaimSigner {
 public:
  ClaimSigner(KeyRing claim_keys, std::string audience, std::shared_ptr<const base::Clock> clock);

  std::string sign(const model::TeamId& team, const model::Actor& actor,
                   const std::string& request) const override;

 private:
  KeyRing keys_;
  std::string audience_;
  std::shared_ptr<const base::Clock> clock_;
};

}  // namespace art32::tenancy
