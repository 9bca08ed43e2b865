// The conditions that policies set: this row is the team's. And whether an expression that the
// server prints is such a condition, whoever wrote it.
//
// For plans and posture checks. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "tenancy/plan/database_schema.h"

namespace art32::tenancy {

enum class TeamType { bigint, integer, uuid, text };

// Of a column's type; none where no function of art32 gives something to compare it with.
std::optional<TeamType> team_type(std::string_view type);

// "art32.current_team_bigint()". For an integer too: int4 compares with int8 through the same
// index, and a team beyond its range has no rows, where a cast would be an error.
std::string current_team_sql(TeamType type);

// "team_id = (select art32.current_team_bigint())": the sub-select makes the server ask once for
// a statement instead of once for a row.
std::string team_condition(std::string_view column, TeamType type);

// Rows that a policy shows have a visible parent: "exists (select 1 from ...)". Where the parent
// has a team column, the condition says so once more; else the parent's own policies do. Keys
// that may be null pass without a parent.
struct ParentColumn {
  std::string name;
  TeamType type;
};
std::string parent_condition(const Table& child, const ForeignKey& key,
                             const std::optional<ParentColumn>& team);

// Whether the key has a parent in every row.
bool always_has_parent(const Table& child, const ForeignKey& key);

// Whether two expressions differ only in what the server adds or leaves out as it prints one:
// blanks, brackets, quotes that aren't needed, the name of a sub-select's column, casts to text.
bool says_the_same(std::string_view expression, std::string_view printed);

}  // namespace art32::tenancy
