// JSON's strings, for the few places that write JSON without reading it: the log and canonical
// records. Each text has one form (RFC 8785 section 3.2.2.2). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace art32::base {

std::string json_string(std::string_view text);  // a literal, quotes included; `text` is UTF-8
// The same where it is UTF-8, else {"base64":"..."}.
std::string json_octets(ByteView octets);

}  // namespace art32::base
