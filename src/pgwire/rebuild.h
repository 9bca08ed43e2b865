// A message taken apart and put together again: what the golden sessions and the fuzz
// targets compare with what came. Not on the relay's path.
//
// Pure; any thread.
#pragma once

#include "base/bytes.h"
#include "pgwire/message.h"

#include <optional>

namespace art32::pgwire {

// The whole message, built from what its parser understood; nothing where the parser
// refuses the body. What a client sends as type 'p' is taken for a SASLResponse.
std::optional<base::Bytes> rebuild(Origin origin, ProtocolVersion version, std::uint8_t type,
                                   base::ByteView body);

// A packet before the first typed message, in the same way.
std::optional<base::Bytes> rebuild_first_packet(base::ByteView packet);

}  // namespace art32::pgwire
