// One connection to a database that is asked and prepared by statements, whoever made it: what reads
// catalogs and applies plans is written against this, and tests give it other answers.
//
// Of somebody who may read the catalogs (anybody may) or, to apply a plan, who owns the tables. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace art32::net {

class SqlSession {
 public:
  virtual ~SqlSession() = default;

  using Row = std::vector<std::optional<std::string>>;  // text as PostgreSQL prints it; null is none
  // One statement. `check_failed` with the server's message and SQLSTATE when it fails,
  // `unavailable` when the connection ends.
  virtual base::Result<std::vector<Row>> query(const std::string& sql,
                                               const std::vector<std::string>& parameters) = 0;
};

}  // namespace art32::net
