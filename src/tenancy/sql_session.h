// The database that is separated, or is to be, as the posture check and the plan ask it: one
// connection of somebody who may read the catalogs (anybody may) or, to apply a plan, who owns
// the tables. Given by app/ and by tests; one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace art32::tenancy {

class SqlSession {
 public:
  virtual ~SqlSession() = default;

  using Row = std::vector<std::optional<std::string>>;  // text as PostgreSQL prints it; null is none
  // One statement. `check_failed` with the server's message and SQLSTATE when it fails,
  // `unavailable` when the connection ends.
  virtual base::Result<std::vector<Row>> query(const std::string& sql,
                                               const std::vector<std::string>& parameters) = 0;
};

}  // namespace art32::tenancy
