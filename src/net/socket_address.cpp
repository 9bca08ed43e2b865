#include "net/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace art32::net {

namespace {

const sockaddr_in& four(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_in&>(address.storage);
}
const sockaddr_in6& six(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr_in6&>(address.storage);
}

}  // namespace

std::string SocketAddress::host() const {
  if (family() == AF_UNIX) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* octets = family() == AF_INET6 ? static_cast<const void*>(&six(*this).sin6_addr)
                                            : static_cast<const void*>(&four(*this).sin_addr);
  return ::inet_ntop(family(), octets, text.data(), text.size()) == nullptr ? std::string() : text.data();
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_UNIX) return 0;
  return ntohs(family() == AF_INET6 ? six(*this).sin6_port : four(*this).sin_port);
}

std::string SocketAddress::network() const {
  if (family() != AF_INET6) return host();
  constexpr std::string_view mapped = "::ffff:";
  const std::string text = host();
  if (IN6_IS_ADDR_V4MAPPED(&six(*this).sin6_addr)) return text.substr(mapped.size());
  SocketAddress first = *this;
  auto& octets = reinterpret_cast<sockaddr_in6&>(first.storage).sin6_addr.s6_addr;
  std::fill(std::begin(octets) + 8, std::end(octets), std::uint8_t{0});
  return first.host() + "/64";
}

std::string SocketAddress::place() const {
  if (family() == AF_UNIX) return reinterpret_cast<const sockaddr_un&>(storage).sun_path;
  return host() + " port " + std::to_string(port());
}

base::Result<SocketAddress> unix_socket_address(const std::string& path) {
  SocketAddress address;
  auto& as_unix = reinterpret_cast<sockaddr_un&>(address.storage);
  if (path.empty() || path.size() >= sizeof as_unix.sun_path)
    return base::failure(base::ErrorCode::invalid_argument, "\"" + path + "\" is no path for a unix socket",
                         "give a path of 1 to 107 octets");
  as_unix.sun_family = AF_UNIX;
  std::memcpy(as_unix.sun_path, path.data(), path.size());
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

base::Result<SocketAddress> parse_socket_address(const std::string& text, std::uint16_t port) {
  SocketAddress address;
  auto& as_four = reinterpret_cast<sockaddr_in&>(address.storage);
  auto& as_six = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &as_four.sin_addr) == 1) {
    as_four.sin_family = AF_INET;
    as_four.sin_port = htons(port);
    address.size = sizeof(sockaddr_in);
  } else if (::inet_pton(AF_INET6, text.c_str(), &as_six.sin6_addr) == 1) {
    as_six.sin6_family = AF_INET6;
    as_six.sin6_port = htons(port);
    address.size = sizeof(sockaddr_in6);
  } else {
    return base::failure(base::ErrorCode::invalid_argument, "\"" + text + "\" is not a numeric address",
                         "give an address such as 127.0.0.1 or ::1");
  }
  return address;
}

}  // namespace art32::net
