// The body of a client's message that is there as a whole: what the parsers of pgwire/frontend.h
// take. Borrows from `rest`, which begins with the message. Pure, any thread.
#pragma once

#include "pgwire/frame.h"

namespace art32::gateway {

inline base::ByteView body_of(const pgwire::Frame& frame, base::ByteView rest) {
  return rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets);
}

}  // namespace art32::gateway
