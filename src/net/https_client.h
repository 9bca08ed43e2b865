// A small blocking HTTPS client: one request, one response, one connection.
// For probes and commands on this machine; verifies the chain against given
// authorities. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace art32::net {

struct Endpoint {
  std::string address;  // numeric
  std::uint16_t port = 0;
  std::string server_name;  // for SNI and certificate checks
};

struct HttpsClientOptions {
  std::string authorities_pem;  // trusted roots; empty: the system's
  std::chrono::milliseconds limit{5000};
  std::size_t body_octets = 64U << 20;
};

struct HttpsExchange {
  HttpResponse response;
  std::string certificate_pem;  // the leaf that was served
};

// `unavailable` when no connection comes about or the chain doesn't verify,
// `timeout`, `corrupt` when the answer isn't HTTP.
base::Result<HttpsExchange> https_exchange(const Endpoint& endpoint, const HttpRequest& request,
                                           const HttpsClientOptions& options);
base::Result<HttpsExchange> https_get(const Endpoint& endpoint, std::string_view target,
                                      const HttpsClientOptions& options,
                                      std::vector<HttpHeader> headers = {});

// Sends these octets as they are over TLS and returns what comes back until the
// peer closes or the limit: for malformed requests.
base::Result<std::string> https_raw(const Endpoint& endpoint, std::string_view octets,
                                    const HttpsClientOptions& options);

}  // namespace art32::net
