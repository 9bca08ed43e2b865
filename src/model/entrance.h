// What the gateway needs of tenancy: claims believed, and made into what the database believes.
//
// Implemented by tenancy/, called by the gateway's workers: any thread, at the same time; never
// blocks. Lives as long as the settings that name it.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "model/claim.h"

namespace art32::model {

class Entrance {
 public:
  virtual ~Entrance() = default;

  struct Believed {
    Claim claim;
    std::chrono::milliseconds left{0};  // until it expires
  };
  // `invalid_argument` for what is no claim, `permission` for one that isn't to be believed.
  virtual base::Result<Believed> believe(std::string_view token) const = 0;

  // Whether the team is known to have been removed: nobody acts for it any more.
  virtual bool is_removed(const TeamId& team) const = 0;
  // While it stays, so does every answer of is_removed().
  virtual std::uint64_t removals() const = 0;

  // For `art32.enter` in the session that art32.session() named, good once and for a short
  // while; of nobody where `claim` is null. `number` higher than in any before of the session.
  virtual base::Bytes entry(const Claim* claim, base::ByteView session, std::uint64_t number) const = 0;
};

}  // namespace art32::model
