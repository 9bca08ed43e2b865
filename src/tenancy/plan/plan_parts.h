// The parts of a plan: each looks at one table or view as it is, and adds the steps and notes
// that are still missing. plan_separation says for which and in which order.
//
// Pure; any thread. Plan and schema are the caller's.
#pragma once

#include "tenancy/plan/separation_plan.h"
#include "tenancy/plan/table_role.h"

namespace art32::tenancy {

// An index that begins with the team, unique keys within the team, a team in every row.
void plan_preparation(Plan& plan, const TableRole& role);

// Default, policies, row security; and the privileges that go around it. `roles` are those of
// all tables, the parents' among them.
void plan_policies(Plan& plan, const DatabaseSchema& schema, const TableRole& role,
                   const std::vector<TableRole>& roles);

// Every team reads it, the application doesn't write it.
void plan_global(Plan& plan, const DatabaseSchema& schema, const TableRole& role);

// A view shows what whoever asks may see, not what its owner may.
void plan_view(Plan& plan, const View& view);

// Takes what the application has of these privileges, by itself or by PUBLIC.
void plan_revoke(Plan& plan, const DatabaseSchema& schema, const Table& table, std::string_view kind,
                 const std::vector<std::string_view>& privileges, const std::string& reason);

// "kind/schema.table" or "kind/schema.table/detail".
std::string step_id(std::string_view kind, const ObjectName& object, std::string_view detail = {});

}  // namespace art32::tenancy
