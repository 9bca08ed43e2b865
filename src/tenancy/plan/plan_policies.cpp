#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "tenancy/plan/plan_parts.h"

namespace art32::tenancy {
namespace {

constexpr std::string_view base_policy = "art32_rows";
constexpr std::string_view team_policy = "art32_team";
constexpr std::string_view any_parent_policy = "art32_any_parent";

std::string create_policy(const ObjectName& table, const Policy& policy) {
  return fmt::format("create policy {} on {}{} for {} to {}{}{}", quote(policy.name), quote(table),
                     policy.is_restrictive ? " as restrictive" : "", policy.command,
                     policy.roles.empty() ? "public" : quote_list(policy.roles),
                     policy.using_sql.empty() ? "" : fmt::format("\n  using ({})", policy.using_sql),
                     policy.check_sql.empty() ? "" : fmt::format("\n  with check ({})", policy.check_sql));
}

Policy policy_of_all(std::string_view name, bool is_restrictive, const std::string& condition) {
  return {std::string(name), is_restrictive, "all", {}, condition, condition};
}

// The same for every command and everybody; without WITH CHECK the server takes USING.
bool does_the_same(const Policy& existing, const Policy& wanted) {
  return existing.is_restrictive == wanted.is_restrictive && existing.command == "all" &&
         existing.roles.empty() && says_the_same(wanted.using_sql, existing.using_sql) &&
         (existing.check_sql.empty() || says_the_same(wanted.check_sql, existing.check_sql));
}

void plan_policy(Plan& plan, const Table& table, const std::string& id, const Policy& wanted,
                 const std::string& reason) {
  const auto& policies = table.policies;
  if (std::any_of(policies.begin(), policies.end(),
                  [&](const Policy& existing) { return does_the_same(existing, wanted); }))
    return;
  const std::string drop =
      fmt::format("drop policy if exists {} on {}", quote(wanted.name), quote(table.name));
  for (const Policy& existing : policies) {
    if (existing.name != wanted.name) continue;
    plan.steps.push_back({step_id("drop_changed_policy", table.name, quote(existing.name)), table.name,
                          fmt::format("The policy {} says something else by now.", quote(existing.name)),
                          drop, create_policy(table.name, existing), Run::in_transaction});
  }
  plan.steps.push_back(
      {id, table.name, reason, create_policy(table.name, wanted), drop, Run::in_transaction});
}

void plan_base_policy(Plan& plan, const Table& table) {
  const auto own = std::find_if(table.policies.begin(), table.policies.end(), [](const Policy& existing) {
    return !existing.is_restrictive && !does_the_same(existing, policy_of_all(base_policy, false, "true"));
  });
  if (own != table.policies.end()) {
    plan.notes.push_back(
        {NoteKind::advice, table.name,
         fmt::format("has its own policy {}, which goes on to decide within the team.", quote(own->name))});
    return;
  }
  plan_policy(plan, table, step_id("base_policy", table.name), policy_of_all(base_policy, false, "true"),
              "Without a permissive policy nobody sees a row; the restrictive one beside it says whose.");
}

void plan_team_policy(Plan& plan, const Table& table, const ParentColumn& team) {
  plan_policy(plan, table, step_id("team_policy", table.name),
              policy_of_all(team_policy, true, team_condition(team.name, team.type)),
              fmt::format("A team reads and writes the rows with its own {} only.", quote(team.name)));
}

void plan_parent_policies(Plan& plan, const TableRole& role, const std::vector<TableRole>& roles) {
  const Table& table = *role.table;
  std::vector<std::string> complete;
  for (const ForeignKey* key : role.parents) {
    const auto parent = std::find_if(roles.begin(), roles.end(), [&](const TableRole& candidate) {
      return candidate.table->name == key->target;
    });
    plan_policy(plan, table, step_id("parent_policy", table.name, quote(key->name)),
                policy_of_all(fitting_name("art32_parent_" + key->name), true,
                              parent_condition(table, *key, parent->team)),
                fmt::format("A row belongs to the team of its {}.", quote(key->target)));
    std::vector<std::string> terms;
    for (const std::string& column : key->columns)
      terms.push_back(quote(column) + " is not null");
    complete.push_back(base::join(terms, " and "));
  }
  const bool is_sure = std::any_of(role.parents.begin(), role.parents.end(),
                                   [&](const ForeignKey* key) { return always_has_parent(table, *key); });
  if (!is_sure)
    plan_policy(plan, table, step_id("any_parent_policy", table.name),
                policy_of_all(any_parent_policy, true, base::join(complete, " or ")),
                "A row without any parent is nobody's.");
  plan.notes.push_back(
      {NoteKind::advice, table.name,
       "is separated through its parent, which is looked up for each row: a team column of its "
       "own would be faster."});
}

void plan_default(Plan& plan, const Table& table, const ParentColumn& team) {
  const Column& column = *table.column(team.name);
  const std::string wanted = current_team_sql(team.type);
  if (says_the_same(wanted, column.default_sql)) return;
  if (column.is_made_by_server) {
    plan.notes.push_back(
        {NoteKind::undecided, table.name,
         fmt::format("gets its {} from the server, which knows of no team.", quote(column.name))});
    return;
  }
  const std::string alter =
      fmt::format("alter table {} alter column {} ", quote(table.name), quote(column.name));
  plan.steps.push_back(
      {step_id("team_default", table.name), table.name,
       "A new row is the team's without the application saying so.", alter + "set default " + wanted,
       alter + (column.default_sql.empty() ? "drop default" : "set default " + column.default_sql),
       Run::in_transaction});
}

void plan_row_security(Plan& plan, const Table& table) {
  std::vector<std::string> missing, undo;
  if (!table.has_row_security) {
    missing.emplace_back("enable row level security");
    undo.emplace_back("disable row level security");
  }
  if (!table.forces_row_security) {
    missing.emplace_back("force row level security");
    undo.emplace_back("no force row level security");
  }
  if (missing.empty()) return;
  const std::string alter = fmt::format("alter table {} ", quote(table.name));
  plan.steps.push_back({step_id("row_security", table.name), table.name,
                        "Policies count for everybody from now on, the owner too.",
                        alter + base::join(missing, ", "), alter + base::join(undo, ", "),
                        Run::in_transaction});
}

bool is_compared(const TableRole& role, const ForeignKey& key) {
  if (role.team)
    return std::find(key.columns.begin(), key.columns.end(), role.team->name) != key.columns.end();
  return std::find(role.parents.begin(), role.parents.end(), &key) != role.parents.end();
}

// A foreign key's check sees the rows of every team, so it takes another team's row as well.
void note_references(Plan& plan, const TableRole& role, const std::vector<TableRole>& roles) {
  for (const ForeignKey& key : role.table->foreign_keys) {
    if (is_compared(role, key)) continue;
    const bool is_of_a_team = std::any_of(roles.begin(), roles.end(), [&](const TableRole& target) {
      return (target.kind == RoleKind::of_team || target.kind == RoleKind::of_parent) &&
             target.table->name == key.target;
    });
    if (!is_of_a_team) continue;
    plan.notes.push_back(
        {NoteKind::advice, role.table->name,
         fmt::format("may refer to another team's row by {}, whose check sees all of them: a "
                     "foreign key over the team's column as well can't.",
                     quote(key.name))});
  }
}

}  // namespace

void plan_policies(Plan& plan, const DatabaseSchema& schema, const TableRole& role,
                   const std::vector<TableRole>& roles) {
  const Table& table = *role.table;
  if (role.kind == RoleKind::of_team) plan_default(plan, table, *role.team);
  note_references(plan, role, roles);
  plan_base_policy(plan, table);
  if (role.team)
    plan_team_policy(plan, table, *role.team);
  else
    plan_parent_policies(plan, role, roles);
  plan_row_security(plan, table);
  plan_revoke(plan, schema, table, "revoke_bypass", {"TRUNCATE", "REFERENCES", "TRIGGER"},
              "No policy is asked by TRUNCATE, by a foreign key that looks for values, by a trigger.");
  if (role.kind == RoleKind::teams)
    plan.notes.push_back(
        {NoteKind::advice, table.name,
         "is the table of teams, where each sees its own row: new teams are made by a role that "
         "policies don't bind."});
}

}  // namespace art32::tenancy
