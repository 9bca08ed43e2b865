// Customers' identity as this system runs it: their teams, users and tokens, and the listener
// where proxies ask who a request comes from and the application's servers call the JSON API.
//
// The listener is a unix socket, and an HTTPS port where one is configured; both answer the same.
// Reports of tokens that were found in public come to the portal's.
// Public functions may be called from any thread, listen() and stop() by one. The store outlives it.
#pragma once

#include <memory>
#include <vector>

#include "app/configuration.h"
#include "identity/api/api.h"
#include "identity/api/token_reports.h"
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
  IdentityService(const identity::SealedStore& store, identity::Accounts& accounts,
                  const IdentityConfiguration& configuration, int bcrypt_cost);
  ~IdentityService();

  identity::Customers& customers() { return customers_; }
  // Before listen(); it outlives this service.
  void read_trails(model::TrailReading& trails) { api_.read_trails(trails); }
  // For the gateway, which may outlive this service.
  std::shared_ptr<model::Bearers> bearers() const { return bearers_; }
  // What a reload may change.
  void apply(const IdentityConfiguration& configuration, int bcrypt_cost,
             std::shared_ptr<const model::ClaimSigner> signer,
             const std::optional<identity::ScannerKeys>& scanner_keys);
  // That handler, and what scanners report.
  net::HttpHandler with_reports(net::HttpHandler portal);

  // `conflict` when the socket or the port is taken. `finish` adds headers to answers over TLS.
  base::Status listen(const IdentityConfiguration& configuration, const base::Path& socket,
                      net::TlsServerContext tls, std::function<void(net::HttpResponse&)> finish,
                      IdentitySockets sockets);
  void replace_tls(const net::TlsServerContext& tls);
  base::Result<IdentitySockets> bequeath() const;  // copies
  std::optional<std::uint16_t> port() const;       // of the one with TLS
  // Ends the listeners, then writes when tokens were used last. Harmless when done already.
  void stop();

  // Writes what waits and logs what was refused. Call it every second or so.
  void tend(base::Instant now);
  std::optional<identity::ForwardAuthCounters> asked() const;  // by proxies; nothing where none can

 private:
  net::HttpHandler handler();
  net::HttpResponse answer(const net::HttpRequest& request);
  net::Blocking blocking_of(const net::HttpRequest& request) const;

  identity::Customers customers_;
  identity::ForwardAuth forward_auth_;
  identity::IdentityApi api_;
  identity::TokenReports reports_;
  std::atomic<bool> listens_{false};
  std::atomic<bool> takes_reports_{false};  // there are keys to check them by
  std::shared_ptr<identity::TokenBearers> bearers_;
  IdentitySockets sockets_;  // copies of the servers'
  std::unique_ptr<net::HttpsServer> local_server_, port_server_;
};

// Those that the configuration names; nothing where it names none.
base::Result<std::optional<identity::ScannerKeys>> load_scanner_keys(const Folder& folder,
                                                                     const Configuration& configuration);

}  // namespace art32::app
