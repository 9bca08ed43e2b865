#include "app/posture_configuration.h"

namespace art32::app {
namespace {

void read_exception(const Node& table, PostureConfiguration& values, Report& report) {
  Section section(table, table.line, "left_out of [gateway.database.posture]", report);
  tenancy::Exception exception;
  section.allow_only({"object", "check", "reason"});
  section.text("object", exception.object, Need::required);
  section.text("check", exception.check);
  section.text("reason", exception.reason, Need::required);
  if (exception.object.empty() || exception.reason.empty()) return;  // reported
  if (const base::Status meant = check_exception(exception); !meant)
    return report.add(
        table.line, meant.error().what,
        meant.error().mend.empty() ? "docs/guide/tenants.md lists the checks" : meant.error().mend);
  values.left_out.push_back(std::move(exception));
}

}  // namespace

PostureConfiguration read_posture(const Node& table, int line, Report& report) {
  PostureConfiguration values;
  Section section(table, line, "[gateway.database.posture]", report);
  section.allow_only({"enforce", "roles", "schemas", "left_out"});
  section.boolean("enforce", values.enforce);
  section.texts("roles", values.roles);
  section.texts("schemas", values.schemas);
  section.list("left_out", [&](const Node& each) { read_exception(each, values, report); });
  return values;
}

}  // namespace art32::app
