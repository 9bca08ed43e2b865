// What the gateway answers a client itself, in place of a server: one message, or the two of a
// statement that has no parameters and gives no rows.
//
// Pure; any thread. PostgreSQL documentation, section 55.2.3 "Extended Query".
#pragma once

#include "base/bytes.h"
#include "gateway/request_queue.h"

namespace art32::gateway {

// Views of constants.
base::ByteView own_answer(Request request);

}  // namespace art32::gateway
