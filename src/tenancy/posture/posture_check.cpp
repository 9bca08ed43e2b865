#include "tenancy/posture/posture_check.h"

#include <fmt/format.h>

namespace art32::tenancy {

std::vector<Check> posture_checks() {
  std::vector<Check> checks;
  for (const auto rows :
       {policy_checks(), key_checks(), detour_checks(), grant_checks(), role_checks(), function_checks()})
    checks.insert(checks.end(), rows.begin(), rows.end());
  return checks;
}

std::string posture_table() {
  std::string text = "| check | finds | mend |\n| --- | --- | --- |\n";
  for (const Check& check : posture_checks())
    text += fmt::format("| `{}` | {} | {} |\n", check.id, check.finds, check.mend);
  return text;
}

}  // namespace art32::tenancy
