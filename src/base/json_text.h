// A JSON string literal, quotes included (RFC 8259 section 7). For the few
// places that write JSON without reading it: the log and canonical records.
#pragma once

#include <string>
#include <string_view>

namespace art32::base {

std::string json_string(std::string_view text);

}  // namespace art32::base
