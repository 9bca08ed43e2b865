// What each table is to the separation: found by its columns and foreign keys, or said by the
// options. The plan makes steps by it.
//
// Points into the schema that it was given, which must outlive it. Pure; any thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "tenancy/plan/database_schema.h"
#include "tenancy/plan/team_condition.h"

namespace art32::tenancy {

struct LeftOut {
  ObjectName object;  // a table or a view
  std::string reason;
};

struct SeparationOptions {
  std::vector<std::string> schemas = {"public"};  // which the plan is about; others are ignored
  std::string team_column = "team_id";
  std::vector<LeftOut> left_out;
  std::vector<ObjectName> global_tables;  // the same rows for every team, written by none
};

enum class RoleKind {
  of_team,    // has the team column
  teams,      // what the team column refers to: a row is a team
  of_parent,  // belongs to a row of another table
  global,     // neither, or declared so
  left_out,
  unsupported,  // can't be separated as it is
};

struct TableRole {
  const Table* table = nullptr;
  RoleKind kind = RoleKind::global;
  std::optional<ParentColumn> team;        // of_team and teams: the column to compare
  std::vector<const ForeignKey*> parents;  // of_parent
  bool is_declared = false;                // global by the options
  std::string reason;                      // of left_out and unsupported
};

// One for each table of the named schemas, in their order. `invalid_argument` where the options
// name what isn't there, or leave something out without a reason.
base::Result<std::vector<TableRole>> table_roles(const DatabaseSchema& schema,
                                                 const SeparationOptions& options);
base::Result<std::vector<TableRole>> table_roles(DatabaseSchema&&, const SeparationOptions&) = delete;

}  // namespace art32::tenancy
