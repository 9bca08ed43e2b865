// When tokens were used last, kept until it is written: a write per request would have every
// look-up wait for the disk, and two of one token for each other.
//
// Bounded: one time for each token, so many tokens (base/limits.h). Past that a use of one more
// isn't noted, and is counted. In memory: a crash loses what wasn't written. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "identity/ids.h"

namespace art32::identity {

class TokenUses {
 public:
  using Use = std::pair<TokenId, base::Instant>;

  explicit TokenUses(std::size_t most = base::limits::token_uses_waiting) : most_(most) {}

  void note(TokenId token, base::Instant at);
  std::vector<Use> take(std::size_t count);     // at most so many, no longer waiting
  void put_back(const std::vector<Use>& uses);  // those that couldn't be written; later ones stay

  std::size_t waiting() const;
  std::uint64_t dropped() const;  // ever

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::int64_t, base::Instant> last_;
  std::uint64_t dropped_ = 0;
};

}  // namespace art32::identity
