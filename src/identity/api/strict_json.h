// JSON of strangers, read strictly (RFC 8259, I-JSON): UTF-8, no member twice in an object, no
// deeper than `depth`, nothing after it. Pure; errors never contain what was sent, but for the
// name of a member.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace art32::identity::api {

// `invalid_argument`, with where it stops being JSON.
base::Result<boost::json::value> parse_strict_json(std::string_view text, std::size_t depth);

// A name that somebody sent, for a message: in quotes, and short.
std::string quoted_name(std::string_view name);

}  // namespace art32::identity::api
