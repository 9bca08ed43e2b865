// The numbers of customers' users and of their API tokens, which can't be taken for one another.
//
// Plain values, given by the database, never given twice. A team's is model::TeamId.
#pragma once

#include <cstdint>

#include "base/strong.h"
#include "model/claim.h"

namespace art32::identity {

using UserId = base::Strong<struct UserIdTag, std::int64_t>;
using TokenId = base::Strong<struct TokenIdTag, std::int64_t>;

// Somebody in one of his teams.
struct Member {
  model::TeamId team;
  UserId user;
  auto operator<=>(const Member&) const = default;
};

}  // namespace art32::identity
