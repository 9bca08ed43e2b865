// The start-up parameter `options`: the command line of a server process, as far as it names
// settings. `-c name=value`, `-cname=value` and `--name=value` are understood; a backslash
// takes the next character as it is, so that a value may hold spaces. Everything else a
// server process would take is refused: it isn't a setting of the session.
//
// Pure; any thread. PostgreSQL documentation, sections 55.7 (StartupMessage, `options`) and
// 20.1.4 "Parameter Interaction via the Shell".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace art32::gateway {

// In the order of the text. `invalid_argument` where it is malformed, `unsupported` for other
// switches, `exhausted` beyond limits::gateway_options_octets.
base::Result<std::vector<std::pair<std::string, std::string>>> parse_startup_options(std::string_view text);

}  // namespace art32::gateway
