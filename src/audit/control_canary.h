// Canaries made through an instance's control socket: the way an operator makes
// accounts. Any thread.
#pragma once

#include "audit/target.h"

namespace art32::audit {

base::Result<Canary> make_canary(const base::Path& control_socket);
void remove_canary(const base::Path& control_socket, const Canary& canary);

}  // namespace art32::audit
