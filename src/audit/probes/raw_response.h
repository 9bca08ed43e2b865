// Status and header fields out of the octets of an HTTP/1.x answer, for requests
// so malformed that no client library sends them. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "net/http.h"

namespace art32::audit {

// Without the body. Nothing unless a whole head is there.
std::optional<net::HttpResponse> parse_response_head(std::string_view octets);

}  // namespace art32::audit
