// One text over a stream socket: its length as u32 big endian, then its octets; at
// most limits::control_message_octets. Non-blocking sockets, by a deadline.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/deadline.h"

namespace art32::net {

// `invalid_argument` when too long, `timeout`, `unavailable` when the peer is gone.
base::Status send_message(int socket, std::string_view text, const Deadline& deadline);

// `exhausted` when the announced length is too much; otherwise as above.
base::Result<std::string> receive_message(int socket, const Deadline& deadline);

}  // namespace art32::net
