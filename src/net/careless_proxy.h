// A bad go-between: ends the clients' TLS on loopback with whatever context it
// is given, passes each request on, and may rewrite the answer.
//
// For the proof that probes turn red: what it does to the answers is what the
// probes must notice. One exchange a connection. Lifetime: `rewrite` is called
// on its threads, and not after the destructor, which cuts what still runs.
// Never part of a listener of the server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/https_client.h"
#include "net/tls_context.h"

namespace art32::net {

class CarelessProxy {
 public:
  // The octets of a request and of the answer to it; returns those to send instead.
  using Rewrite = std::function<std::string(std::string_view request, std::string answer)>;

  // Listens on 127.0.0.1, any port. Upstream's certificate isn't checked.
  static base::Result<std::unique_ptr<CarelessProxy>> start(const Endpoint& upstream, TlsServerContext tls,
                                                            Rewrite rewrite = {});
  ~CarelessProxy();

  std::uint16_t port() const;

 private:
  class Implementation;
  explicit CarelessProxy(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace art32::net
