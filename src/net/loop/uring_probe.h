// Whether this kernel's io_uring does what UringDriver relies on, tried on a pair of
// sockets: multishot receive into provided buffers, and sends that report only what
// didn't go. Any thread; takes well under a millisecond.
#pragma once

#include "base/result.h"

namespace art32::net {

// `unsupported` with what didn't work.
base::Status probe_uring();

}  // namespace art32::net
