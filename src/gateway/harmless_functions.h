// Functions of PostgreSQL itself that leave nothing behind in their session, and words
// that look like a call where they stand before a parenthesis (in, values, numeric ...).
// One table, sorted. Pure.
#pragma once

#include <string_view>

namespace art32::gateway {

// `name` in any case, without quotes or schema.
bool is_harmless_before_parenthesis(std::string_view name);

}  // namespace art32::gateway
