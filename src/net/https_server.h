// HTTP/1.1 over TLS 1.3, or on a unix socket: accepts, reads a request, asks the handler, answers.
//
// Bounded everywhere (base/limits.h): connections, header and body octets,
// handshake, request, idle and write time. Malformed input gets a status or a
// close and never reaches the handler. When no connection is free, the one that has
// kept us waiting longest goes. Every response, those of the server's own
// error answers too, passes `finish`, which sets the security headers.
//
// Lifetime: the handler and finisher outlive the server. Threads: `threads` event
// loops; handlers run on them and must not block, save those that `blocks` sends to a
// lane of their own (https_lane.h). stop() drains: no new connections, running
// requests end, idle ones close, at most limits::http_drain_wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "net/descriptor.h"
#include "net/http.h"
#include "net/tls_context.h"

namespace art32::net {

// Who answers: the event loop, or one of the lanes.
enum class Blocking {
  no,
  yes,
  sign_in,           // checks a password, and anybody may ask for that: 429 when there are many
  expected_sign_in,  // the same, for who is likely to have the right one
  search,            // takes seconds at times
};

struct HttpHandler {
  std::function<HttpResponse(const HttpRequest&)> answer;
  // Whether answering this request may block (password hashing, reading the ledger). Must not block itself.
  std::function<Blocking(const HttpRequest&)> blocks;
  // Adds headers to every response, error answers of the server itself included.
  std::function<void(HttpResponse&)> finish;
  // The body and headers of the server's own error answers (400, 408, 413, 431, 503 ...).
  std::function<HttpResponse(int status)> error;
};

// What a peer may take; the defaults are the system's, tests shorten them.
struct HttpsLimits {
  std::size_t connections = base::limits::http_connections;
  std::chrono::milliseconds handshake = base::limits::http_handshake_wait;
  std::chrono::milliseconds request = base::limits::http_request_wait;
  std::chrono::milliseconds idle = base::limits::http_idle_wait;
  std::chrono::milliseconds write = base::limits::http_write_wait;  // and 1 s for every 16 KiB
  std::chrono::milliseconds linger = base::limits::http_linger_wait;
  std::chrono::milliseconds drain = base::limits::http_drain_wait;
  std::size_t blocking_requests = base::limits::http_blocking_requests;
  std::size_t sign_in_requests = base::limits::http_sign_in_requests;
  std::size_t expected_sign_in_requests = base::limits::http_expected_sign_in_requests;
};

struct HttpsServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned threads = 2;
  HttpsLimits limits = {};
};

struct HttpsServerCounters {
  std::uint64_t connections_now = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t requests_total = 0;
  std::uint64_t handshake_failures_total = 0;
};

class HttpsServer {
 public:
  // Listening when it returns; `conflict` when the port is taken. With a `socket` that listens
  // already, it takes that one.
  static base::Result<std::unique_ptr<HttpsServer>> start(const HttpsServerOptions& options,
                                                          TlsServerContext tls, HttpHandler handler,
                                                          Descriptor socket = {});
  // Without TLS, on a unix socket or one of the loopback that listens: what is said there never leaves
  // the machine. Requests have no peer on a unix socket; HTTP/1.0 is taken too, which proxies speak to
  // who is behind them.
  static std::unique_ptr<HttpsServer> start_plain(const HttpsServerOptions& options, Descriptor socket,
                                                  HttpHandler handler);
  ~HttpsServer();  // stop()

  std::uint16_t port() const;  // 0 on a unix socket
  // For connections from now on; those that are open keep theirs.
  void replace_tls(TlsServerContext tls);
  void stop();
  HttpsServerCounters counters() const;

 private:
  class Implementation;
  explicit HttpsServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace art32::net
