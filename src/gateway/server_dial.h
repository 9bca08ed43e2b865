// A leg to a PostgreSQL server: connected, and under TLS where the configuration wants it,
// before anything else is said. For log-ins and for cancels.
//
// Lives on the loop's thread; `done` is called once from the loop, unless the object goes
// first. A server that offers no TLS is refused (`configuration`), a certificate that
// doesn't fit too (`permission`). PostgreSQL documentation, section 55.2.9.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "gateway/settings.h"
#include "net/loop/leg.h"
#include "net/loop/stream_connect.h"

namespace art32::gateway {

// One address of a server, and as what the configuration names it.
struct ServerTarget {
  net::SocketAddress address;
  std::string host;
};

class ServerDial final : public net::LegHandler {
 public:
  using Done = std::function<void(base::Result<std::unique_ptr<net::Leg>>)>;

  ServerDial(net::EventLoop& loop, std::shared_ptr<const Database> database, ServerTarget target, Done done);
  void start();

 private:
  void connected(base::Result<net::Descriptor> socket);
  void on_octets(base::ByteView octets) override;
  void on_secured() override;
  void on_drained() override {}
  void on_end(const net::StreamEnd& end) override;
  void finish(base::Result<std::unique_ptr<net::Leg>> result);

  net::EventLoop& loop_;
  std::shared_ptr<const Database> database_;
  ServerTarget target_;
  Done done_;
  std::unique_ptr<net::StreamConnect> connect_;
  std::unique_ptr<net::Leg> leg_;
  bool asked_ = false;  // for TLS, and the answer is due
};

}  // namespace art32::gateway
