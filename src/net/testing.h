// For tests of this room and of rooms above it: certificates made on the spot, an
// HTTPS server on a free port of the loopback, a gate that holds its handlers, and
// raw TCP connections to it.
#pragma once

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/assert.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "net/connect.h"
#include "net/https_client.h"
#include "net/https_server.h"

namespace art32::net::testing {

// An authority, and a server certificate of it for localhost and 127.0.0.1.
struct Identity {
  std::string authority_pem;
  std::string certificate_pem;
  std::string key_pem;

  Identity() {
    const base::Instant now = base::SystemClock().now();
    const crypto::CertifiedKey authority = crypto::make_authority("art32 test", now, std::chrono::days(30));
    const auto leaf =
        crypto::issue_certificate(authority, {"localhost", "127.0.0.1"}, now, std::chrono::days(7));
    ART32_ASSERT(leaf.has_value());
    authority_pem = authority.certificate_pem;
    certificate_pem = leaf->certificate_pem;
    key_pem = leaf->private_key_pem.text();
  }

  TlsServerContext tls() const { return TlsServerContext::make(certificate_pem, key_pem).value(); }
  TlsServerContext careless_tls() const {
    return TlsServerContext::make_careless(certificate_pem, key_pem).value();
  }
};

// Longer than anything here takes on a busy machine: for waits that end as soon as
// what they wait for has come.
inline constexpr std::chrono::milliseconds ample{30'000};

// Holds whoever enters until it is opened, and tells how many have entered: a test
// knows that a request is being answered, and for as long as it likes. Any thread.
class Gate {
 public:
  void enter() {
    std::unique_lock lock(mutex_);
    ++entered_;
    changed_.notify_all();
    changed_.wait_for(lock, ample, [this] { return open_; });
  }
  // False if not so many came in time.
  [[nodiscard]] bool wait_for(unsigned count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, ample, [&] { return entered_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;  // guards the next two
  unsigned entered_ = 0;
  bool open_ = false;
  std::condition_variable changed_;
};

// Answers a path with itself; /big with 1 MiB; /slow blocks for 300 ms; /throw throws.
inline HttpHandler echo_handler() {
  auto big = std::make_shared<const std::string>(1U << 20, 'b');
  HttpHandler handler;
  handler.answer = [big](const HttpRequest& request) {
    if (request.path == "/throw") return HttpResponse::text(std::vector<int>().at(1), "never reached");
    if (request.path == "/big") return HttpResponse{200, {{"Content-Type", "text/plain"}}, big};
    if (request.path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (request.path == "/unsound") return HttpResponse{200, {{"X-Bad", "one\r\nX-Injected: two"}}, nullptr};
    if (request.path == "/not-modified") return HttpResponse{304, {{"ETag", "\"1\""}}, big};
    return HttpResponse::text(200,
                              request.method + " " + request.path + " " + request.query + " " + request.body);
  };
  handler.blocks = [](const HttpRequest& request) {
    return request.path == "/slow" || request.path == "/throw" ? Blocking::yes : Blocking::no;
  };
  handler.finish = [](HttpResponse& response) { response.headers.push_back({"X-Finished", "yes"}); };
  handler.error = [](int status) { return HttpResponse::text(status, "error " + std::to_string(status)); };
  return handler;
}

// As echo_handler; /gated blocks at the gate, /sign-in too but in the lane for that.
// The gate outlives the server.
inline HttpHandler gated_handler(Gate& gate) {
  HttpHandler handler = echo_handler();
  handler.answer = [&gate, echo = handler.answer](const HttpRequest& request) {
    if (request.path == "/gated" || request.path == "/sign-in") gate.enter();
    return echo(request);
  };
  handler.blocks = [echo = handler.blocks](const HttpRequest& request) {
    if (request.path == "/sign-in") return Blocking::sign_in;
    return request.path == "/gated" ? Blocking::yes : echo(request);
  };
  return handler;
}

class Server {
 public:
  explicit Server(HttpsServerOptions options = {}, HttpHandler handler = echo_handler())
      : server_(HttpsServer::start(options, identity_.tls(), std::move(handler)).value()) {}

  HttpsServer& operator*() { return *server_; }
  HttpsServer* operator->() const { return server_.get(); }
  const Identity& identity() const { return identity_; }
  Endpoint endpoint() const { return {"127.0.0.1", server_->port(), "localhost"}; }
  HttpsClientOptions client() const {
    HttpsClientOptions options;
    options.authorities_pem = identity_.authority_pem;
    options.limit = ample;
    return options;
  }
  base::Result<HttpsExchange> get(std::string_view target) const {
    return https_get(endpoint(), target, client());
  }
  base::Result<std::string> raw(std::string_view octets, std::chrono::milliseconds limit) const {
    HttpsClientOptions options = client();
    options.limit = limit;
    return https_raw(endpoint(), octets, options);
  }
  Descriptor connect() const { return connect_tcp(endpoint(), Deadline(ample)).value(); }

 private:
  Identity identity_;
  std::unique_ptr<HttpsServer> server_;
};

// What comes until the peer closes or time is up; `closed` tells which.
struct Received {
  std::string octets;
  bool closed = false;
};
inline Received receive_all(const Descriptor& socket, std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  Received received;
  std::array<char, 4096> buffer;
  while (deadline.wait(socket.number(), POLLIN) == Deadline::Wait::ready) {
    const ssize_t got = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (got <= 0) {
      received.closed = true;
      break;
    }
    received.octets.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return received;
}

}  // namespace art32::net::testing
