// The arguments of a server command, as they came over the control socket.
//
// `invalid_argument` for what is missing or of another kind. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/json.h"

namespace art32::app {

base::Result<std::string> text_argument(const json::object& arguments, std::string_view key);
base::Result<std::uint64_t> number_argument(const json::object& arguments, std::string_view key);
// Nothing where it is missing or null.
base::Result<std::optional<std::string>> optional_text(const json::object& arguments, std::string_view key);
base::Result<std::vector<std::string>> texts_argument(const json::object& arguments, std::string_view key);
// A day as YYYY-MM-DD: its beginning in UTC. Nothing where it is missing.
base::Result<std::optional<base::Instant>> optional_day(const json::object& arguments, std::string_view key);

json::value time_or_null(const std::optional<base::Instant>& time);

}  // namespace art32::app
