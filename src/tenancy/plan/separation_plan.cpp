#include "tenancy/plan/separation_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "tenancy/plan/plan_parts.h"

namespace art32::tenancy {
namespace {

bool is_separated(const TableRole& role) {
  return role.kind == RoleKind::of_team || role.kind == RoleKind::teams || role.kind == RoleKind::of_parent;
}

void note_database(Plan& plan, const DatabaseSchema& schema) {
  if (!schema.has_team_functions)
    plan.notes.push_back(
        {NoteKind::undecided,
         {},
         "has no art32.current_team() yet, which every policy asks: create extension art32, or "
         "run pg/art32-plain.sql."});
  if (schema.is_application_exempt)
    plan.notes.push_back(
        {NoteKind::undecided,
         {},
         fmt::format("lets its application in as {}, a superuser or with BYPASSRLS, whom no policy binds.",
                     quote(schema.application_role))});
}

void note_table(Plan& plan, const DatabaseSchema& schema, const TableRole& role) {
  const ObjectName& name = role.table->name;
  if (role.kind == RoleKind::left_out) plan.notes.push_back({NoteKind::left_out, name, role.reason});
  if (role.kind == RoleKind::unsupported)
    plan.notes.push_back({NoteKind::undecided, name, role.reason + "."});
  if (role.table->is_owned_by_application && role.kind != RoleKind::left_out)
    plan.notes.push_back(
        {NoteKind::undecided, name,
         fmt::format(
             "belongs to {}, as whom the application may act, and an owner drops policies: give it to "
             "another role than {}.",
             quote(role.table->owner), quote(schema.application_role))});
}

void plan_views(Plan& plan, const DatabaseSchema& schema, const SeparationOptions& options) {
  for (const View& view : schema.views) {
    if (std::find(options.schemas.begin(), options.schemas.end(), view.name.schema) == options.schemas.end())
      continue;
    const auto left_out =
        std::find_if(options.left_out.begin(), options.left_out.end(),
                     [&](const LeftOut& candidate) { return candidate.object == view.name; });
    if (left_out == options.left_out.end())
      plan_view(plan, view);
    else
      plan.notes.push_back({NoteKind::left_out, view.name, left_out->reason});
  }
}

}  // namespace

std::string_view name(Run run) {
  switch (run) {
    case Run::in_transaction:
      return "in_transaction";
    case Run::own_transaction:
      return "own_transaction";
    case Run::alone:
      break;
  }
  return "alone";
}

std::string_view name(NoteKind kind) {
  switch (kind) {
    case NoteKind::left_out:
      return "left_out";
    case NoteKind::undecided:
      return "undecided";
    case NoteKind::advice:
      break;
  }
  return "advice";
}

base::Result<Plan> plan_separation(const DatabaseSchema& schema, const SeparationOptions& options) {
  ART32_ASSIGN(const auto roles, table_roles(schema, options));
  Plan plan;
  note_database(plan, schema);
  for (const TableRole& role : roles)
    note_table(plan, schema, role);
  for (const TableRole& role : roles)
    plan_preparation(plan, role);
  for (const TableRole& role : roles)
    if (is_separated(role)) plan_policies(plan, schema, role, roles);
  plan_views(plan, schema, options);
  for (const TableRole& role : roles)
    if (role.kind == RoleKind::global) plan_global(plan, schema, role);
  return plan;
}

}  // namespace art32::tenancy
