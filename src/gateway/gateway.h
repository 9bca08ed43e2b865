// The gateway as a service: listens for PostgreSQL clients, lends them connections to the
// server, and lets nobody in who hasn't shown a password.
//
// Owns its workers and their threads. Public functions may be called from any one thread at
// a time; settings are checked before they come here (app/gateway_settings.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/settings.h"
#include "gateway/worker.h"
#include "net/loop/acceptor.h"

namespace art32::gateway {

class Gateway {
 public:
  // `conflict` when the port is taken.
  static base::Result<std::unique_ptr<Gateway>> start(std::shared_ptr<const Settings> settings);
  ~Gateway();

  std::uint16_t port() const { return port_; }
  net::LoopBackend backend() const { return backend_; }
  // Clients that are signed in stay; what changed holds for the next ones.
  void reload(std::shared_ptr<const Settings> settings);
  void stop();

  std::vector<const Counters*> counters() const;
  const std::vector<std::unique_ptr<Worker>>& workers() const { return workers_; }

 private:
  Gateway() = default;
  base::Status listen(const Settings& settings);
  void give(net::Descriptor socket, bool is_local);

  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<net::EventLoop> accepting_;  // a loop of its own: accepting waits for no worker
  std::unique_ptr<net::Acceptor> acceptor_;
  std::unique_ptr<net::Acceptor> local_acceptor_;
  std::thread thread_;
  std::size_t next_worker_ = 0;
  std::uint16_t port_ = 0;
  net::LoopBackend backend_ = net::LoopBackend::epoll;
};

}  // namespace art32::gateway
