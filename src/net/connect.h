// TCP connections to numeric addresses, non-blocking, by a deadline. For the clients
// of this room. The caller owns the socket; no name is ever resolved, so that no
// lookup can block or lead elsewhere. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "net/deadline.h"
#include "net/descriptor.h"
#include "net/https_client.h"

namespace art32::net {

// A connected, non-blocking socket without Nagle's delay. `unavailable` when the
// peer refuses, `timeout`, `invalid_argument` when the address isn't numeric.
base::Result<Descriptor> connect_tcp(const Endpoint& endpoint, const Deadline& deadline);

// Whether the text is an IPv4 or IPv6 address rather than a host name.
bool is_numeric_address(const std::string& text);

}  // namespace art32::net
