// Numeric socket addresses, IPv4 and IPv6, their text, and paths of unix sockets. No
// name is ever resolved.
// A plain value in the kernel's own form: `native` and `size` go to bind, connect and
// accept as they are.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/result.h"

namespace art32::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* native() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* native() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  std::string host() const;  // "127.0.0.1", "::1"; empty for a unix socket
  std::uint16_t port() const;
  // What one subscriber has at least: the IPv4 address, or the first 64 bits of an IPv6
  // address; empty for a unix socket. For counting who comes from where.
  std::string network() const;
  std::string place() const;  // "127.0.0.1 port 5432", or the path: for messages
};

base::Result<SocketAddress> parse_socket_address(const std::string& address, std::uint16_t port);
// `invalid_argument` when the path is empty or too long for the kernel.
base::Result<SocketAddress> unix_socket_address(const std::string& path);

}  // namespace art32::net
