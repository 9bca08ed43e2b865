// The tables and views of a separated database that its application may read: those with the
// team's column, what that column refers to, and the children of both; and what condition names a
// team's rows in each.
//
// Read from the catalogs, as the application. Plain values; a child keeps its parent alive.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/probes/tenant_session.h"

namespace art32::audit {

struct TenantTable {
  std::string name;         // quoted, with its schema
  std::string team_column;  // quoted; of a child: the column that refers to its parent
  std::string team_type;    // of that column: "bigint", "uuid", "text" ...
  enum class Kind {
    table,
    view,   // or a foreign table: takes no rows
    teams,  // its rows are the teams
    child
  };
  Kind kind = Kind::table;
  std::shared_ptr<const TenantTable> parent = nullptr;  // of a child
  std::string parent_key = {};                          // what it refers to there, quoted

  bool takes_rows() const { return kind != Kind::view; }
  // SQL conditions for the rows of that team, and for those of all others. Of a child: for those
  // whose parent is the team's, as far as whoever asks sees parents.
  std::string own(const std::string& team) const;
  std::string foreign(const std::string& team) const;
  // An SQL expression of what the column has in the team's rows; null for a child without parents.
  std::string value(const std::string& team) const;
};

base::Result<std::vector<TenantTable>> tenant_tables(TenantSession& session, const std::string& team_column);

// What the teams' columns refer to, if they do: a table whose key is a team. A canary team has to
// be there before its rows.
base::Result<std::vector<TenantTable>> tables_of_teams(TenantSession& session,
                                                       const std::string& team_column);

struct Children {
  std::vector<TenantTable> tables;   // each after its parent
  std::vector<std::string> unclear;  // that refer to one by several columns
};
// Tables without the team's column that refer to one of `parents`, or to such a table.
base::Result<Children> child_tables(TenantSession& session, const std::string& team_column,
                                    const std::vector<TenantTable>& parents);

// The lists of columns of unique keys without the table's team_column that ON CONFLICT can name, and all
// columns that can be inserted.
base::Result<std::vector<std::string>> unique_keys(TenantSession& session, const TenantTable& table);
base::Result<std::string> columns_of(TenantSession& session, const TenantTable& table);

std::string literal(const std::string& text);    // as SQL
std::string without_quotes(std::string quoted);  // a name as the catalogs have it

// A team that nobody has, spelled as that type is: always the same of one seed, the two never the
// same as each other.
enum class CanaryTeam { owner, other };
std::string canary_team(const std::string& type, const std::string& seed, CanaryTeam which);

}  // namespace art32::audit
