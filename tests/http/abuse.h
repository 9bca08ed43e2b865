// Bad clients, for the tests in this folder: TCP connections that do less than they
// should, TLS connections driven octet by octet, and the question each test ends
// with: is somebody else still served quickly?
#pragma once

#include <gtest/gtest.h>

#include "net/testing.h"
#include "net/tls_stream.h"

namespace art32::http_test {

using Milliseconds = std::chrono::milliseconds;

// For waits that end as soon as what they wait for has come. Shorter than the server's
// own limits: a test that sets a shorter one sees that it counts.
inline constexpr Milliseconds patience{8'000};

// Somebody who does nothing wrong, and asks for a page before and while others
// misbehave. Made before them: what a page takes then is this machine's own pace, by
// which it is judged afterwards.
class Onlooker {
 public:
  // Returns when the server has no connection left. Fails the test on errors.
  explicit Onlooker(const net::testing::Server& server);

  // Whether a page still comes within 100 ms, or within five times what it took
  // before where that is more. bench/portal_bench holds the 100 ms strictly.
  testing::AssertionResult is_served_quickly() const;

 private:
  // One whole page, connection and handshake included: the median of five.
  Milliseconds page_time() const;

  const net::testing::Server& server_;
  Milliseconds bar_{100};
};

// Waits until the server has no connection left; false if that takes too long.
bool empties(const net::testing::Server& server);

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
