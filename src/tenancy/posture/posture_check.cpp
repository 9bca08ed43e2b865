#include "tenancy/posture/posture_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "tenancy/posture/posture.h"

namespace art32::tenancy {
namespace {

struct Group {
  std::string_view name;
  std::span<const PostureCheck> checks;
};

std::vector<Group> groups() {
  return {{"policies", policy_checks()},  {"keys", key_checks()},   {"detours", detour_checks()},
          {"grants", grant_checks()},     {"roles", role_checks()}, {"functions", function_checks()},
          {"functions", shipped_checks()}};
}

}  // namespace

std::vector<PostureCheck> posture_checks() {
  std::vector<PostureCheck> checks;
  for (const Group& group : groups())
    checks.insert(checks.end(), group.checks.begin(), group.checks.end());
  return checks;
}

std::string_view posture_group(std::string_view check) {
  for (const Group& group : groups())
    if (std::any_of(group.checks.begin(), group.checks.end(),
                    [&](const PostureCheck& each) { return each.id == check; }))
      return group.name;
  return "";
}

std::string posture_table() {
  std::string text = "| check | finds | mend |\n| --- | --- | --- |\n";
  for (const PostureCheck& check : posture_checks())
    text += fmt::format("| `{}` | {} | {} |\n", check.id, check.finds, check.mend);
  return text;
}

}  // namespace art32::tenancy
