// [gateway.database.posture] of art32.toml: what the server's own check of a separated database
// looks at, and whether applications stay outside while it isn't well.
// docs/guide/tenants.md explains every key. Plain values.
#pragma once

#include <string>
#include <vector>

#include "app/configuration_section.h"
#include "tenancy/posture/posture.h"

namespace art32::app {

struct PostureConfiguration {
  bool enforce = false;
  std::vector<std::string> roles;    // of the application at the server; none: of every principal of kind app
  std::vector<std::string> schemas;  // none: all
  std::vector<tenancy::Exception> left_out;
};

PostureConfiguration read_posture(const Node& table, int line, Report& report);

}  // namespace art32::app
