// Finds out that a peer has vanished without a word: its machine lost power, or the way to
// it was cut. Any thread.
#pragma once

namespace art32::net {

// TCP probes a connection that has been idle for a minute, and gives it up when three probes
// in half a minute aren't answered. Does nothing for a unix socket.
void keep_alive(int socket);

}  // namespace art32::net
