#include "tenancy/plan/render_plan.h"

#include <fmt/format.h>

#include "tenancy/plan/plan_groups.h"
#include "tenancy/plan/undo_order.h"

namespace art32::tenancy {
namespace {

constexpr std::string_view session_settings =
    "-- Every name below has its schema; operators are the server's own.\n"
    "set search_path = pg_catalog;\n"
    "-- Rather fail than let the application wait behind a waiting ALTER TABLE.\n"
    "set lock_timeout = '2s';\n";

std::string lines_of(const Plan& plan, NoteKind kind, std::string_view title) {
  std::string text;
  for (const Note& note : plan.notes) {
    if (note.kind != kind) continue;
    const std::string subject = note.object == ObjectName{} ? "The database" : quote(note.object);
    const std::string_view between = kind == NoteKind::left_out ? ": " : " ";
    text += sql_comment(fmt::format("  {}{}{}", subject, between, note.text)) + '\n';
  }
  return text.empty() ? text : fmt::format("--\n-- {}\n{}", title, text);
}

std::string sql_of_groups(const std::vector<Step>& steps) {
  std::string text;
  bool is_patient = false;
  for (const auto& group : groups_of(steps)) {
    const bool waits = group[0].run == Run::alone, is_block = group.size() > 1;
    text += '\n';
    // An index waits for transactions that are older, and nobody waits for it meanwhile.
    if (waits != is_patient) text += waits ? "set lock_timeout = 0;\n" : "set lock_timeout = '2s';\n";
    is_patient = waits;
    if (is_block) text += "begin;\n";
    for (const Step& step : group)
      text += sql_comment(fmt::format("{}: {}", step.id, step.reason)) + '\n' + step.sql + ";\n";
    if (is_block) text += "commit;\n";
  }
  return text;
}

}  // namespace

std::string to_sql(const Plan& plan) {
  std::string text = fmt::format("-- Separation by team: {} steps.\n", plan.steps.size());
  text += lines_of(plan, NoteKind::undecided, "Not separated by this; to be decided:");
  text += lines_of(plan, NoteKind::left_out, "Left out:");
  text += lines_of(plan, NoteKind::advice, "Could be better:");
  if (plan.is_empty()) return text;
  return text + '\n' + std::string(session_settings) + sql_of_groups(plan.steps);
}

std::string undo_sql(const Plan& plan) {
  const std::vector<Step> steps = undo_order(plan);
  std::string text = fmt::format("-- Undoes the separation by team: {} steps.\n", steps.size());
  if (steps.empty()) return text;
  return text + '\n' + std::string(session_settings) + sql_of_groups(steps);
}

}  // namespace art32::tenancy
