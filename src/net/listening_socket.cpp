#include "net/listening_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "net/socket_address.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

constexpr int backlog = 4096;

bool is_loopback(const SocketAddress& address) {
  if (address.family() == AF_INET) return address.host().starts_with("127.");
  return address.family() == AF_INET6 &&
         (address.host() == "::1" || address.host().starts_with("::ffff:127."));
}

}  // namespace

base::Result<Descriptor> listen_tcp(const std::string& address, std::uint16_t port) {
  ART32_ASSIGN(const SocketAddress where, parse_socket_address(address, port));
  Descriptor socket(::socket(where.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return base::system_failure("cannot make a socket", errno);
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const std::string place = address + " port " + std::to_string(port);
  if (::bind(socket.number(), where.native(), where.size) != 0 || ::listen(socket.number(), backlog) != 0) {
    const int number = errno;
    if (number == EADDRINUSE)
      return failure(ErrorCode::conflict, place + " is taken by another program",
                     "stop that program, or choose another port");
    if (number == EACCES)
      return failure(ErrorCode::permission, "not allowed to listen on " + place,
                     "choose a port from 1024 on, or grant CAP_NET_BIND_SERVICE");
    return failure(ErrorCode::configuration, "cannot listen on " + place + ": " + std::strerror(number),
                   "choose an address of this machine");
  }
  return socket;
}

base::Result<Descriptor> copy_of(int socket) {
  Descriptor copy(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
  if (!copy.is_open()) return base::system_failure("cannot copy a descriptor", errno);
  return copy;
}

std::uint16_t local_port(int socket) {
  SocketAddress address;
  return ::getsockname(socket, address.native(), &address.size) == 0 ? address.port() : std::uint16_t{0};
}

std::string peer_place(int socket) {
  SocketAddress address;
  if (::getpeername(socket, address.native(), &address.size) != 0) return "unknown";
  return address.family() == AF_UNIX ? "unix socket" : address.place();
}

bool is_unix_socket(int socket) {
  SocketAddress address;
  return ::getsockname(socket, address.native(), &address.size) == 0 && address.family() == AF_UNIX;
}

bool is_on_loopback(int socket) {
  SocketAddress address;
  return ::getsockname(socket, address.native(), &address.size) == 0 && is_loopback(address);
}

bool is_loopback_peer(int socket) {
  SocketAddress address;
  return ::getpeername(socket, address.native(), &address.size) == 0 && is_loopback(address);
}

}  // namespace art32::net
