// Host names to addresses, off the event loop: the system's lookup may block for many seconds.
//
// Lives as off_loop.h says; a lookup that hangs in the system holds its end up as long as the
// system's resolver tries (resolv.conf(5), "timeout" and "attempts"). Nothing is cached: after
// a fail-over the name leads elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/loop/off_loop.h"
#include "net/socket_address.h"

namespace art32::net {

class EventLoop;

class Resolver {
 public:
  using Addresses = std::vector<SocketAddress>;
  // Runs on a thread of the resolver's; at least one address, or `unavailable`.
  using Lookup = std::function<base::Result<Addresses>(const std::string& host, std::uint16_t port)>;
  using Found = std::function<void(base::Result<Addresses>)>;

  explicit Resolver(EventLoop& loop, Lookup lookup = system_lookup);

  // `found` is called from the loop, once, unless what is returned goes first.
  // `exhausted` when limits::resolver_waiting lookups wait already.
  [[nodiscard]] std::shared_ptr<void> find(const std::string& host, std::uint16_t port, Found found);

  // As the system is configured: /etc/hosts, then DNS. Blocks.
  static base::Result<Addresses> system_lookup(const std::string& host, std::uint16_t port);

 private:
  EventLoop& loop_;
  Lookup lookup_;
  OffLoop off_loop_;
};

}  // namespace art32::net
