// A claim as a signed token: a JSON Web Token (RFC 7519) signed by HMAC-SHA-256 (RFC 7518,
// section 3.2), in the narrow profile of docs/formats/claim.md. Others' libraries read it.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/claim.h"
#include "tenancy/key_ring.h"

namespace art32::tenancy {

// The claim has no fault (model::fault_of).
std::string sign_claim(const model::Claim& claim, const KeyRing& keys);

// `invalid_argument` for what is no claim; `permission` for a claim that isn't to be believed,
// with the reason: unknown key, wrong signature, other audience, expired, of the future.
base::Result<model::Claim> verify_claim(std::string_view token, const KeyRing& keys,
                                        std::string_view audience, base::Instant now);

}  // namespace art32::tenancy
