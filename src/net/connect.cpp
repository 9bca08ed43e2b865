#include "net/connect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "net/socket_address.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

base::Result<Descriptor> connect_tcp(const Endpoint& endpoint, const Deadline& deadline) {
  ART32_ASSIGN(const SocketAddress address, parse_socket_address(endpoint.address, endpoint.port));
  const std::string place = endpoint.address + " port " + std::to_string(endpoint.port);
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return base::system_failure("cannot make a socket", errno);
  const int on = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket.number(), address.native(), address.size) == 0) return socket;
  int number = errno;
  if (number == EINPROGRESS) {
    if (deadline.wait(socket.number(), POLLOUT) != Deadline::Wait::ready)
      return failure(ErrorCode::timeout, "no connection to " + place + " in time");
    socklen_t size = sizeof number;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &number, &size);
  }
  if (number != 0)
    return failure(ErrorCode::unavailable, "cannot connect to " + place + ": " + std::strerror(number));
  return socket;
}

bool is_numeric_address(const std::string& text) {
  in6_addr room{};
  return ::inet_pton(AF_INET, text.c_str(), &room) == 1 || ::inet_pton(AF_INET6, text.c_str(), &room) == 1;
}

}  // namespace art32::net
