// Schemas as read_schema would give them, in few words: for the tests of plans. The team's table,
// one that has its column, one that belongs to that, and one of nobody.
//
// Values; any thread.
#pragma once

#include "tenancy/plan/database_schema.h"

namespace art32::tenancy {

inline Table table_for_test(const std::string& name, std::vector<Column> columns,
                            std::vector<ForeignKey> keys = {}) {
  Table table;
  table.name = {"shop", name};
  table.owner = "owner";
  table.columns = std::move(columns);
  table.foreign_keys = std::move(keys);
  return table;
}

inline DatabaseSchema shop_for_test() {
  DatabaseSchema schema;
  schema.application_role = "app";
  schema.has_team_functions = true;
  schema.tables = {
      table_for_test("currencies", {{"code", "text", true, false, ""}}),
      table_for_test("invoices", {{"id", "bigint", true, true, ""}, {"team_id", "bigint", true, false, ""}},
                     {{"invoices_team_id_fkey", {"team_id"}, {"shop", "teams"}, {"id"}}}),
      table_for_test("lines", {{"invoice_id", "bigint", true, false, ""}},
                     {{"lines_fkey", {"invoice_id"}, {"shop", "invoices"}, {"id"}}}),
      table_for_test("teams", {{"id", "bigint", true, true, ""}}),
  };
  return schema;
}

}  // namespace art32::tenancy
