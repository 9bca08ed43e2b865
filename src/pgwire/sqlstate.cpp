#include "pgwire/sqlstate.h"

#include <fmt/core.h>

namespace art32::pgwire {

std::string sqlstate_table() {
  std::string text = "| SQLSTATE | name | when |\n| --- | --- | --- |\n";
  for (const SqlState& state : sqlstate::all)
    text += fmt::format("| `{}` | {} | {} |\n", state.code, state.name, state.when);
  return text;
}

}  // namespace art32::pgwire
