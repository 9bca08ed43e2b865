#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "tenancy/plan/plan_parts.h"

namespace art32::tenancy {
namespace {

struct Holder {
  std::string grantee;
  bool is_grantable = false;
  auto operator<=>(const Holder&) const = default;
};

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return text;
}

std::string spelled(const Grant& grant) {
  const std::string privilege = lower_case(grant.privilege);
  return grant.column.empty() ? privilege : fmt::format("{} ({})", privilege, quote(grant.column));
}

void plan_revoke_of(Plan& plan, const Table& table, std::string_view kind, const Holder& holder,
                    const std::vector<const Grant*>& grants, const std::string& reason) {
  std::vector<std::string> taken, given;
  for (const Grant* grant : grants) {
    const std::string privilege = lower_case(grant->privilege);
    if (std::find(taken.begin(), taken.end(), privilege) == taken.end()) taken.push_back(privilege);
    given.push_back(spelled(*grant));
  }
  const std::string whom = holder.grantee.empty() ? "public" : quote(holder.grantee);
  const std::string name = quote(table.name);
  if (holder.grantee.empty())
    plan.notes.push_back(
        {NoteKind::advice, table.name,
         fmt::format("gives {} to PUBLIC, so this takes it from every role: grant it by name "
                     "to those that need it.",
                     base::join(given, ", "))});
  plan.steps.push_back({step_id(kind, table.name, holder.is_grantable ? whom + "/grant_option" : whom),
                        table.name, reason,
                        // That of a table takes those of its columns with it.
                        fmt::format("revoke {} on table {} from {}", base::join(taken, ", "), name, whom),
                        fmt::format("grant {} on table {} to {}{}", base::join(given, ", "), name, whom,
                                    holder.is_grantable ? " with grant option" : ""),
                        Run::in_transaction});
}

}  // namespace

std::string step_id(std::string_view kind, const ObjectName& object, std::string_view detail) {
  const std::string id = fmt::format("{}/{}", kind, quote(object));
  return detail.empty() ? id : fmt::format("{}/{}", id, detail);
}

void plan_revoke(Plan& plan, const DatabaseSchema& schema, const Table& table, std::string_view kind,
                 const std::vector<std::string_view>& privileges, const std::string& reason) {
  std::map<Holder, std::vector<const Grant*>> own;
  std::set<std::string> others;
  for (const Grant& grant : table.grants) {
    if (std::find(privileges.begin(), privileges.end(), grant.privilege) == privileges.end()) continue;
    if (grant.grantee.empty() || grant.grantee == schema.application_role)
      own[{grant.grantee, grant.is_grantable}].push_back(&grant);
    else
      others.insert(grant.grantee);
  }
  for (const auto& [holder, grants] : own)
    plan_revoke_of(plan, table, kind, holder, grants, reason);
  for (const std::string& other : others)
    plan.notes.push_back(
        {NoteKind::undecided, table.name,
         fmt::format(
             "gives the application a privilege by the role {}, which others may need: take it from that "
             "role, or the application out of it.",
             quote(other))});
}

void plan_global(Plan& plan, const DatabaseSchema& schema, const TableRole& role) {
  const Table& table = *role.table;
  if (!role.is_declared)
    plan.notes.push_back({NoteKind::undecided, table.name,
                          "has neither the team column nor a parent that has one, so every team would read "
                          "all of it: declare it "
                          "global, leave it out with a reason, or give it the column."});
  plan_revoke(plan, schema, table, "revoke_writes", {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
              "Its rows are every team's, so none of them writes it.");
}

void plan_view(Plan& plan, const View& view) {
  if (view.is_materialized) {
    plan.notes.push_back(
        {NoteKind::undecided, view.name,
         "is a materialised view, which no policy filters: take it from the application, or leave "
         "it out with a reason."});
    return;
  }
  if (view.is_invoker) return;
  const std::string alter = fmt::format("alter view {} ", quote(view.name));
  plan.steps.push_back(
      {step_id("view_invoker", view.name), view.name,
       fmt::format(
           "It asks as its owner {}; as whoever asks, who then needs SELECT on its tables, it shows the "
           "team's rows.",
           quote(view.owner)),
       alter + "set (security_invoker = true)",
       alter + (view.invoker_option.empty() ? "reset (security_invoker)" : "set (security_invoker = false)"),
       Run::in_transaction});
}

}  // namespace art32::tenancy
