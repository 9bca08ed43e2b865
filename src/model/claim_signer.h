// What identity needs of tenancy: claims signed for callers whom it knows.
//
// Implemented by tenancy/; any thread, at the same time; never blocks.
#pragma once

#include <string>

#include "model/claim.h"

namespace art32::model {

class ClaimSigner {
 public:
  virtual ~ClaimSigner() = default;
  // A fresh claim, good for limits::claim_usual_life; all three must be claim words.
  virtual std::string sign(const TeamId& team, const Actor& actor, const std::string& request) const = 0;
};

}  // namespace art32::model
