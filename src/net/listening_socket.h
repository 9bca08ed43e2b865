// TCP sockets that listen on a numeric address, and what the kernel knows of a socket's
// ends. Non-blocking, closed on exec, owned by the caller. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "net/descriptor.h"

namespace art32::net {

// `conflict` when the port is taken, `permission` when it isn't allowed.
base::Result<Descriptor> listen_tcp(const std::string& address, std::uint16_t port);
std::uint16_t local_port(int socket);  // 0 where it has none
bool is_unix_socket(int socket);
bool is_on_loopback(int socket);               // this end has such an address
bool is_loopback_peer(int socket);             // the other end is on this machine, over TCP
base::Result<Descriptor> copy_of(int socket);  // of the same socket, closed on exec
std::string peer_place(int socket);            // "127.0.0.1 port 40312", or "unix socket"

}  // namespace art32::net
