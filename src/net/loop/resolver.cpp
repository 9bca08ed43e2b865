#include "net/loop/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cstring>

#include "base/limits.h"
#include "net/loop/event_loop.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

Resolver::Resolver(EventLoop& loop, Lookup lookup)
    : loop_(loop),
      lookup_(std::move(lookup)),
      off_loop_(loop, base::limits::resolver_threads, base::limits::resolver_waiting) {}

std::shared_ptr<void> Resolver::find(const std::string& host, std::uint16_t port, Found found) {
  auto wanted = std::make_shared<Found>(std::move(found));
  std::shared_ptr<void> running =
      off_loop_.run([this, host, port, call = std::weak_ptr<Found>(wanted)]() -> OffLoop::After {
        return [call, result = lookup_(host, port)] {
          if (const auto held = call.lock()) (*held)(result);
        };
      });
  if (running == nullptr) {
    loop_.post([call = std::weak_ptr<Found>(wanted)] {
      if (const auto held = call.lock())
        (*held)(failure(ErrorCode::exhausted, "too many host names wait to be looked up",
                        "is the name server down?"));
    });
    return wanted;
  }
  return std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(std::move(wanted),
                                                                                   std::move(running));
}

base::Result<Resolver::Addresses> Resolver::system_lookup(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error != 0)
    return failure(ErrorCode::unavailable, "cannot look up \"" + host + "\": " + ::gai_strerror(error),
                   "check the name, and the name server");
  Addresses addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_addrlen > sizeof(sockaddr_storage)) continue;
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(address.native(), entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return failure(ErrorCode::unavailable, "\"" + host + "\" has no address");
  return addresses;
}

}  // namespace art32::net
