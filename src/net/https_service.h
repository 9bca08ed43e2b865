// What all workers and connections of one HttpsServer share. Lives as long as the
// server; every member may be used from any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>

#include "net/https_server.h"

namespace art32::net {

class HttpsService {
 public:
  HttpsService(HttpHandler the_handler, const HttpsLimits& the_limits, std::optional<TlsServerContext> tls)
      : handler(std::move(the_handler)),
        limits(the_limits),
        tls_(std::move(tls)),
        has_tls_(tls_.has_value()) {}

  const HttpHandler handler;
  const HttpsLimits limits;

  std::atomic<std::uint64_t> connections_now{0};
  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> requests_total{0};
  std::atomic<std::uint64_t> handshake_failures_total{0};
  std::atomic<bool> draining{false};

  bool has_tls() const { return has_tls_; }
  TlsServerContext tls() const {  // where it has
    const std::lock_guard lock(mutex_);
    return *tls_;
  }
  void replace_tls(TlsServerContext tls) {
    const std::lock_guard lock(mutex_);
    tls_ = std::move(tls);
  }

  // Never throw: an exception of the handler becomes a 500.
  Blocking blocks(const HttpRequest& request) const;
  HttpResponse answer(const HttpRequest& request) const;
  HttpResponse error(int status) const;
  void finish(HttpResponse& response) const;

 private:
  mutable std::mutex mutex_;
  std::optional<TlsServerContext> tls_;
  const bool has_tls_;
};

}  // namespace art32::net
