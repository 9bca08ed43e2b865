// Bad clients, for the tests in this folder: TCP connections that do less than they
// should, TLS connections driven octet by octet, and the question each test ends
// with: is somebody else still served quickly?
#pragma once

#include "net/testing.h"
#include "net/tls_stream.h"

namespace art32::http_test {

using Milliseconds = std::chrono::milliseconds;

// How long one whole page takes, connection and handshake included: the median of
// five, so that one hiccup of a busy machine doesn't count. Fails the test on errors.
Milliseconds page_time(const net::testing::Server& server);

// The bar for a page while others misbehave.
inline constexpr Milliseconds quickly{100};

net::HttpsServerOptions with_limits(const net::HttpsLimits& limits, unsigned threads = 2);

// Ends a connection by a reset instead of an orderly close.
void reset(net::Descriptor& socket);

// A verified TLS connection that a test drives by hand. Verifies nothing.
class Visitor {
 public:
  explicit Visitor(const net::testing::Server& server) : Visitor(server.connect()) {}
  explicit Visitor(net::Descriptor socket);

  // Sends what goes; false once the server has closed.
  bool send(std::string_view octets);
  // What comes until the server closes, the text ends with `end`, or time is up.
  net::testing::Received receive(Milliseconds limit, std::string_view end = {});
  net::Descriptor& socket() { return socket_; }

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
  net::Descriptor socket_;
  std::unique_ptr<net::TlsStream> stream_;
};

}  // namespace art32::http_test
