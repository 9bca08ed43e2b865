// One request and its answer as https_client.h says, with a choice of transport, and a stop.
//
// Without TLS only to the loopback, where what is said never leaves the machine. Any thread.
#pragma once

#include <stop_token>

#include "net/https_client.h"

namespace art32::net {

enum class Transport { tls, plain };

// As https_exchange(); `timeout` also once it is asked to stop. No certificate without TLS.
base::Result<HttpsExchange> http_exchange(const Endpoint& endpoint, const HttpRequest& request,
                                          const HttpsClientOptions& options, Transport transport,
                                          std::stop_token stop);

}  // namespace art32::net
