#include "net/https_server.h"

#include <boost/asio/post.hpp>
#include <future>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/https_connection.h"
#include "net/https_worker.h"
#include "net/listener.h"
#include "net/listening_socket.h"
#include "net/signal_mask.h"

namespace art32::net {

namespace asio = boost::asio;

namespace {

// For everything else the process opens: files, databases, subprocesses.
constexpr std::size_t other_descriptors = 256;

std::size_t connections_that_fit(std::size_t wanted) {
  const std::size_t descriptors = raise_descriptor_limit(wanted + other_descriptors);
  if (descriptors >= wanted + other_descriptors) return wanted;
  const std::size_t fit =
      descriptors > 2 * other_descriptors ? descriptors - other_descriptors : descriptors / 2;
  base::log_warning("fewer connections than configured: the limit of open files is too low",
                    {{"connections", std::to_string(fit)}, {"wanted", std::to_string(wanted)}});
  return fit;
}

std::unique_ptr<HttpsLanes> make_lanes(const HttpsLimits& limits) {
  const SignalsBlocked blocked;
  return std::make_unique<HttpsLanes>(limits);
}

}  // namespace

class HttpsServer::Implementation {
 public:
  Implementation(const HttpsServerOptions& options, std::optional<TlsServerContext> tls, HttpHandler handler,
                 Descriptor socket)
      : service_(std::move(handler), options.limits, std::move(tls)), lanes_(make_lanes(options.limits)) {
    const unsigned threads = std::max(1U, options.threads);
    const std::size_t each =
        std::max<std::size_t>(1, connections_that_fit(options.limits.connections) / threads);
    for (unsigned count = 0; count < threads; ++count) {
      workers_.push_back(std::make_unique<HttpsWorker>(service_, *lanes_, each));
    }
    listener_.emplace(std::move(socket), workers_);
    listener_->start();
    for (const auto& worker : workers_)
      worker->start();
  }

  ~Implementation() { stop(); }

  void stop() {
    if (stopped_) return;
    stopped_ = true;
    service_.draining = true;
    close_listener();
    for (const auto& worker : workers_)
      worker->drain();
    wait_until_empty(service_.limits.drain);
    for (const auto& worker : workers_)
      worker->end_all();
    wait_until_empty(std::chrono::seconds(1));
    lanes_->stop();
    for (const auto& worker : workers_)
      worker->join();
  }

  HttpsService& service() { return service_; }
  std::uint16_t port() const { return listener_->port(); }

 private:
  void close_listener() {
    std::promise<void> closed;
    asio::post(workers_.front()->loop(), [this, &closed] {
      listener_->close();
      closed.set_value();
    });
    closed.get_future().wait();
  }

  void wait_until_empty(std::chrono::milliseconds limit) const {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (service_.connections_now > 0 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  HttpsService service_;
  std::unique_ptr<HttpsLanes> lanes_;
  std::vector<std::unique_ptr<HttpsWorker>> workers_;
  std::optional<Listener> listener_;
  bool stopped_ = false;
};

base::Result<std::unique_ptr<HttpsServer>> HttpsServer::start(const HttpsServerOptions& options,
                                                              TlsServerContext tls, HttpHandler handler,
                                                              Descriptor socket) {
  if (!socket.is_open()) {
    ART32_ASSIGN(socket, listen_tcp(options.address, options.port));
  }
  auto implementation =
      std::make_unique<Implementation>(options, std::move(tls), std::move(handler), std::move(socket));
  return std::unique_ptr<HttpsServer>(new HttpsServer(std::move(implementation)));
}

std::unique_ptr<HttpsServer> HttpsServer::start_plain(const HttpsServerOptions& options, Descriptor socket,
                                                      HttpHandler handler) {
  ART32_ASSERT(is_unix_socket(socket.number()) || is_on_loopback(socket.number()));
  auto implementation =
      std::make_unique<Implementation>(options, std::nullopt, std::move(handler), std::move(socket));
  return std::unique_ptr<HttpsServer>(new HttpsServer(std::move(implementation)));
}

HttpsServer::HttpsServer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
HttpsServer::~HttpsServer() = default;

std::uint16_t HttpsServer::port() const {
  return implementation_->port();
}
void HttpsServer::replace_tls(TlsServerContext tls) {
  implementation_->service().replace_tls(std::move(tls));
}
void HttpsServer::stop() {
  implementation_->stop();
}

HttpsServerCounters HttpsServer::counters() const {
  const HttpsService& service = implementation_->service();
  return {service.connections_now, service.connections_total, service.requests_total,
          service.handshake_failures_total};
}

}  // namespace art32::net
