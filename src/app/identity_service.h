// Customers' identity as this system runs it: their teams, users and tokens, and the listener
// where proxies ask who a request comes from.
//
// The listener is a unix socket, and an HTTPS port where one is configured; both answer the same.
// Public functions may be called from any thread, listen() and stop() by one. The store outlives it.
#pragma once

#include <memory>
#include <vector>

#include "app/configuration.h"
#include "identity/customers.h"
#include "identity/forward_auth.h"
#include "identity/token_bearers.h"
#include "net/descriptor.h"
#include "net/https_server.h"

namespace art32::app {

// Sockets that listen; not open: there is none, or a new one is made.
struct IdentitySockets {
  net::Descriptor local, port;
};

class IdentityService {
 public:
  IdentityService(const identity::SealedStore& store, const IdentityConfiguration& configuration,
                  int bcrypt_cost);
  ~IdentityService();

  identity::Customers& customers() { return customers_; }
  // For the gateway, which may outlive this service.
  std::shared_ptr<model::Bearers> bearers() const { return bearers_; }
  // What a reload may change.
  void apply(const IdentityConfiguration& configuration, int bcrypt_cost,
             std::shared_ptr<const model::ClaimSigner> signer);

  // `conflict` when the socket or the port is taken. `finish` adds headers to answers over TLS.
  base::Status listen(const IdentityConfiguration& configuration, const base::Path& socket,
                      net::TlsServerContext tls, std::function<void(net::HttpResponse&)> finish,
                      IdentitySockets sockets);
  void replace_tls(const net::TlsServerContext& tls);
  base::Result<IdentitySockets> bequeath() const;  // copies
  std::optional<std::uint16_t> port() const;       // of the one with TLS
  bool is_listening() const { return local_server_ != nullptr; }
  // Ends the listeners, then writes when tokens were used last. Harmless when done already.
  void stop();

  // Writes what waits and logs what was refused. Call it every second or so.
  void tend(base::Instant now);
  identity::ForwardAuthCounters counters() const { return forward_auth_.counters(); }

 private:
  net::HttpHandler handler();
  net::HttpResponse answer(const net::HttpRequest& request);

  identity::Customers customers_;
  identity::ForwardAuth forward_auth_;
  std::shared_ptr<identity::TokenBearers> bearers_;
  IdentitySockets sockets_;  // copies of the servers'
  std::unique_ptr<net::HttpsServer> local_server_, port_server_;
};

}  // namespace art32::app
