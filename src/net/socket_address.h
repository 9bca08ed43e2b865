// Numeric socket addresses, IPv4 and IPv6, and their text. No name is ever resolved.
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
  std::string host() const;  // "127.0.0.1", "::1"
  std::uint16_t port() const;
};

base::Result<SocketAddress> parse_socket_address(const std::string& address, std::uint16_t port);

}  // namespace art32::net
