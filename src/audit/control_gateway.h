// The gateway of a running instance as its probes get at it, through the control socket.
// Any thread.
#pragma once

#include "audit/gateway_target.h"
#include "base/file.h"

namespace art32::audit {

GatewayTarget gateway_of_instance(const base::Path& control_socket);

}  // namespace art32::audit
