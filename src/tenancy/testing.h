// The values behind the vectors of docs/formats/claim.md: for tests, and for fuzzing, which
// signs with a key that it knows.
#pragma once

#include "model/claim.h"
#include "tenancy/key_ring.h"

namespace art32::tenancy {

inline KeyRing vector_keys() {
  return std::move(*KeyRing::parse("k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"));
}

inline base::Instant vector_time() {
  return base::Instant(std::chrono::seconds(1'764'500'010));
}

inline model::Claim vector_claim() {
  return {{"42"},
          {model::ActorKind::user, "7"},
          "r-1",
          "example",
          base::Instant(std::chrono::seconds(1'764'500'000)),
          base::Instant(std::chrono::seconds(1'764'500'060))};
}

}  // namespace art32::tenancy
