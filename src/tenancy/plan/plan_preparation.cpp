#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "tenancy/plan/plan_parts.h"

namespace art32::tenancy {
namespace {

constexpr std::string_view check_name = "art32_team_not_null";

ObjectName beside(const Table& table, std::string name) {
  return {table.name.schema, std::move(name)};
}

std::string size_of(const Table& table) {
  return table.estimated_rows > 0 ? fmt::format(", about {}", table.estimated_rows) : std::string();
}

std::string drop_index(const ObjectName& index) {
  return "drop index concurrently if exists " + quote(index);
}

// What a failed CREATE INDEX CONCURRENTLY leaves costs every write and serves no query.
void plan_index(Plan& plan, const Table& table, std::string_view kind, const std::string& name,
                const std::string& detail, const std::string& reason, const std::string& create) {
  const ObjectName index = beside(table, name);
  const bool is_left_over =
      std::any_of(table.indexes.begin(), table.indexes.end(),
                  [&](const Index& existing) { return existing.name == name && !existing.is_valid; });
  if (is_left_over)
    plan.steps.push_back(
        {step_id("drop_invalid_index", table.name, quote(name)), table.name,
         fmt::format("The index {} is invalid: it was left by a build that failed.", quote(name)),
         drop_index(index), "", Run::alone});
  plan.steps.push_back(
      {step_id(kind, table.name, detail), table.name, reason, create, drop_index(index), Run::alone});
}

bool begins_with(const Index& index, const std::string& column) {
  return index.is_valid && index.predicate.empty() && index.method == "btree" && !index.keys.empty() &&
         index.keys[0].column == column;
}

void plan_team_index(Plan& plan, const Table& table, const std::string& column) {
  if (table.kind == TableKind::partitioned) return;  // its partitions have theirs
  if (std::any_of(table.indexes.begin(), table.indexes.end(),
                  [&](const Index& index) { return begins_with(index, column); }))
    return;
  const std::string name = fitting_name(fmt::format("{}_{}_art32", table.name.name, column));
  plan_index(
      plan, table, "team_index", name, "",
      fmt::format("No index begins with {}, so each query would read the rows of every team.", quote(column)),
      fmt::format("create index concurrently {} on {} ({})", quote(name), quote(table.name), quote(column)));
}

bool has_key(const Index& index, std::string_view column) {
  return std::any_of(index.keys.begin(), index.keys.end(),
                     [&](const IndexKey& key) { return key.column == column; });
}

// Numbers that the server gives and UUIDs tell nobody anything: a natural key is something else.
bool is_natural(const Table& table, const Index& index) {
  if (index.keys.size() != 1 || index.keys[0].column.empty()) return true;
  const Column* column = table.column(index.keys[0].column);
  return column == nullptr || (column->type != "uuid" && !column->is_made_by_server &&
                               !column->default_sql.starts_with("nextval("));
}

// The same keys with the team among them.
bool is_scope_of(const Index& scoped, const Index& key, const std::string& team) {
  if (!scoped.is_unique || !scoped.is_valid || scoped.predicate != key.predicate ||
      scoped.keys.size() != key.keys.size() + 1 || !has_key(scoped, team))
    return false;
  return std::all_of(key.keys.begin(), key.keys.end(), [&](const IndexKey& wanted) {
    return std::any_of(scoped.keys.begin(), scoped.keys.end(),
                       [&](const IndexKey& existing) { return existing.sql == wanted.sql; });
  });
}

std::string create_scoped_key(const Table& table, const Index& key, const std::string& name,
                              const std::string& team) {
  std::string keys = quote(team);
  for (const IndexKey& part : key.keys)
    keys += part.column.empty() ? fmt::format(", ({})", part.sql) : ", " + quote(part.column);
  return fmt::format("create unique index concurrently {} on {} ({}){}{}", quote(name), quote(table.name),
                     keys, key.is_nulls_not_distinct ? " nulls not distinct" : "",
                     key.predicate.empty() ? "" : fmt::format(" where {}", key.predicate));
}

void plan_scoped_keys(Plan& plan, const Table& table, const std::string& team) {
  for (const Index& key : table.indexes) {
    if (!key.is_unique || !key.is_valid || has_key(key, team) || !is_natural(table, key)) continue;
    const std::string old = quote(key.name);
    plan.notes.push_back(
        {NoteKind::advice, table.name,
         fmt::format(
             "keeps the unique key {}, by which a team learns that another one has a value: drop it once "
             "no foreign key and no ON CONFLICT needs it.",
             old)});
    const bool is_scoped = std::any_of(table.indexes.begin(), table.indexes.end(),
                                       [&](const Index& other) { return is_scope_of(other, key, team); });
    // In a primary key or partitioned table another index takes the old one's place by hand only.
    if (is_scoped || key.is_primary || table.kind == TableKind::partitioned || table.is_partition) continue;
    const std::string name = fitting_name(key.name + "_art32");
    plan_index(
        plan, table, "scoped_key", name, old,
        fmt::format("The unique key {} is one for all teams; within the team it can take its place.", old),
        create_scoped_key(table, key, name, team));
  }
}

// NOT NULL without a long lock: a check of new rows, then of the old ones while others write;
// after that SET NOT NULL believes the check instead of reading the table.
void plan_not_null(Plan& plan, const Table& table, const Column& column) {
  const std::string name = quote(table.name), team = quote(column.name);
  const auto check =
      std::find_if(table.checks.begin(), table.checks.end(), [&](const CheckConstraint& candidate) {
        return candidate.name == check_name && says_the_same(team + " is not null", candidate.sql);
      });
  const bool has_check = check != table.checks.end();
  const std::string drop = fmt::format("alter table {} drop constraint if exists {}", name, check_name);
  if (!column.is_not_null) {
    if (!has_check)
      plan.steps.push_back({step_id("team_check", table.name), table.name,
                            fmt::format("{} may be null, and a row without a team is nobody's.", team),
                            fmt::format("alter table {} add constraint {} check ({} is not null) not valid",
                                        name, check_name, team),
                            drop, Run::own_transaction});
    if (!has_check || !check->is_validated)
      plan.steps.push_back(
          {step_id("validate_team_check", table.name), table.name,
           fmt::format("Looks at the rows of before{}, while others read and write.", size_of(table)),
           fmt::format("alter table {} validate constraint {}", name, check_name), "", Run::own_transaction});
    plan.steps.push_back(
        {step_id("team_not_null", table.name), table.name,
         fmt::format("{} is never null from now on; the check saves reading the table.", team),
         fmt::format("alter table {} alter column {} set not null", name, team),
         fmt::format("alter table {} alter column {} drop not null", name, team), Run::in_transaction});
  }
  if (!column.is_not_null || has_check)
    plan.steps.push_back({step_id("drop_team_check", table.name), table.name,
                          "The check has done its work: the column is NOT NULL.", drop, "",
                          Run::in_transaction});
}

}  // namespace

void plan_preparation(Plan& plan, const TableRole& role) {
  const Table& table = *role.table;
  if (!role.team) return;
  const std::string& team = role.team->name;
  plan_team_index(plan, table, team);
  if (role.kind != RoleKind::of_team) return;
  plan_scoped_keys(plan, table, team);
  if (!table.is_partition) plan_not_null(plan, table, *table.column(team));
}

}  // namespace art32::tenancy
