// Rows that a canary team puts into a table.
//
// What a row needs is read from the catalogs: columns without a default get a value of their
// type, a foreign key the key of a row that is there or is made first. Where that isn't enough
// (a CHECK that knows better), no row is made, and the probe says of which table. One thread.
#pragma once

#include <string>

#include "audit/probes/tenant_table.h"

namespace art32::audit {

// The ways into a table that ask for policies.
enum class Writing { insert, upsert, merge, copy };

struct NewRow {
  const TenantTable& table;
  std::string value;  // of table.team_column
  std::string team;   // whom the session acts for: of this team is what the row refers to
  Writing writing = Writing::insert;
};
base::Status insert_row(TenantSession& session, const NewRow& row);

// What the column that says whose a row is gets for that team, as whom the session acts: the team,
// or the key of a parent, which is made where there is none.
base::Result<std::string> team_value(TenantSession& session, const TenantTable& table,
                                     const std::string& team);

// What every text in a team's rows begins with.
std::string canary_word(const std::string& team);

}  // namespace art32::audit
