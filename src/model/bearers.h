// Who an API token makes of whoever shows it, for a room that lets people in and knows no tokens.
//
// Implemented by identity/; any thread, at the same time. May wait for a disk.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "model/claim.h"

namespace art32::model {

struct Bearer {
  TeamId team;
  Actor actor;  // the token
  bool operator==(const Bearer&) const = default;
};

class Bearers {
 public:
  virtual ~Bearers() = default;
  // Nothing where it is refused; an error where it can't be told.
  virtual base::Result<std::optional<Bearer>> find(std::string_view token) = 0;
  // Whether the same token would make the same of him now.
  virtual base::Result<bool> still_holds(const Bearer& bearer) = 0;
};

}  // namespace art32::model
