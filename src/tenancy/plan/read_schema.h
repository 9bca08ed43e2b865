// Reads the catalogs of the database that is to be separated. In one read-only transaction with
// a snapshot of its own, so that the parts fit each other; the caller's session stands outside
// of any. Table contents are never looked at.
//
// For `art32 tenancy plan` and whoever checks the posture. One thread.
#pragma once

#include "net/sql_session.h"
#include "tenancy/plan/database_schema.h"

namespace art32::tenancy {

struct ReadOptions {
  std::vector<std::string> schemas = {"public"};
  std::string application_role;  // whose privileges are read
};

// `not_found` for a schema or a role that isn't there, `invalid_argument` without a schema; else
// what the session says, 55P03 among it when a table is locked for longer than
// base::limits::tenancy_read_wait.
base::Result<DatabaseSchema> read_schema(net::SqlSession& session, const ReadOptions& options);

}  // namespace art32::tenancy
