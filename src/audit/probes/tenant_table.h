// The tables and views of a separated database that its application may read, and rows that a
// canary team puts into them.
//
// What a row needs is read from the catalogs: columns without a default get a value of their
// type, a foreign key the key of a row that is there or is made first. Where that isn't enough
// (a CHECK that knows better), no row is made, and the probe says of which table. One thread.
#pragma once

#include <string>
#include <vector>

#include "audit/probes/tenant_session.h"

namespace art32::audit {

struct TenantTable {
  std::string name;  // quoted, with its schema
  std::string team_column;
  std::string team_type;   // "bigint", "uuid", "text" ...
  bool takes_rows = true;  // a table, and not a view
};

base::Result<std::vector<TenantTable>> tenant_tables(TenantSession& session, const std::string& team_column);

// What the teams' columns refer to, if they do: a table whose key is a team. A canary team has to
// be there before its rows. `team_column` is that key.
base::Result<std::vector<TenantTable>> tables_of_teams(TenantSession& session,
                                                       const std::string& team_column);

// A team that nobody has, spelled as that type is; by chance.
std::string canary_team(const std::string& type);

// A row of `team`. What it refers to is of `parents_team`, as whom the session acts.
base::Status insert_canary_row(TenantSession& session, const TenantTable& table, const std::string& team,
                               const std::string& parents_team);

}  // namespace art32::audit
