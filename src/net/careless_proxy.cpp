#include "net/careless_proxy.h"

#include <openssl/ssl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <thread>

#include "base/limits.h"
#include "net/connect.h"
#include "net/http_response_reader.h"
#include "net/listener.h"
#include "net/listening_socket.h"
#include "net/signal_mask.h"
#include "net/socket_address.h"
#include "net/tls_peer.h"
#include "net/tls_stream.h"

namespace art32::net {
namespace {

using ContextPointer = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

bool ended(StreamProgress progress) {
  return progress == StreamProgress::closed || progress == StreamProgress::failed;
}

// One request and its answer, between a client and the upstream.
class Exchange {
 public:
  Exchange(TlsStream& client, int client_socket, TlsStream& upstream, int upstream_socket,
           const Deadline& deadline)
      : client_(client),
        client_socket_(client_socket),
        upstream_(upstream),
        upstream_socket_(upstream_socket),
        deadline_(deadline) {}

  // Passes on what the client sends, and gathers the answer until it is whole or
  // the upstream closes. False when time ran out or the client left.
  bool gather() {
    while (!deadline_.passed()) {
      const bool pulled = pull_request();
      const bool pushed = push_request();
      const bool answered = pull_answer();
      if (answer_ended_ || reader_.is_done()) return true;
      if (client_left_) return false;
      if (!pulled && !pushed && !answered) wait();
    }
    return false;
  }

  void send(std::string_view answer) {
    while (!answer.empty()) {
      const auto step = client_.write(answer, More::no);
      if (step.progress == StreamProgress::done)
        answer.remove_prefix(step.octets);
      else if (ended(step.progress) || !wait_for(step.progress, client_socket_, deadline_))
        return;
    }
    client_.close_notify();
  }

  const std::string& request() const { return request_; }
  std::string take_answer() { return std::move(answer_); }

 private:
  bool pull_request() {
    const auto step = client_.read(buffer_);
    client_left_ = ended(step.progress);
    if (step.progress != StreamProgress::done) return false;
    request_.append(buffer_.data(), step.octets);
    return true;
  }

  bool push_request() {
    if (pushed_ == request_.size()) return false;
    const auto step = upstream_.write(std::string_view(request_).substr(pushed_), More::no);
    if (step.progress != StreamProgress::done) return false;
    pushed_ += step.octets;
    return true;
  }

  bool pull_answer() {
    const auto step = upstream_.read(buffer_);
    answer_ended_ = ended(step.progress);
    if (step.progress != StreamProgress::done) return false;
    const std::string_view octets(buffer_.data(), step.octets);
    answer_.append(octets);
    // What isn't HTTP is passed on as it is, once the upstream closes.
    if (readable_) readable_ = reader_.put(octets).has_value();
    return true;
  }

  void wait() {
    const bool pending = pushed_ < request_.size();
    std::array<pollfd, 2> entries{
        {{client_socket_, POLLIN, 0},
         {upstream_socket_, static_cast<short>(pending ? POLLIN | POLLOUT : POLLIN), 0}}};
    deadline_.wait(entries);
  }

  TlsStream& client_;
  int client_socket_;
  TlsStream& upstream_;
  int upstream_socket_;
  const Deadline& deadline_;
  std::string request_;
  std::size_t pushed_ = 0;
  std::string answer_;
  HttpResponseReader reader_{BodyExpected::yes, base::limits::subprocess_output_octets};
  bool readable_ = true;
  bool client_left_ = false;
  bool answer_ended_ = false;
  std::array<char, TlsStream::record_octets> buffer_;
};

ContextPointer unchecking_client_context() {
  ContextPointer context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return context;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

}  // namespace

class CarelessProxy::Implementation {
 public:
  Implementation(Endpoint upstream, TlsServerContext tls, Rewrite rewrite, Descriptor socket,
                 Descriptor stopped)
      : upstream_(std::move(upstream)),
        tls_(std::move(tls)),
        rewrite_(std::move(rewrite)),
        client_context_(unchecking_client_context()),
        socket_(std::move(socket)),
        stopped_(std::move(stopped)) {
    SocketAddress address;
    if (::getsockname(socket_.number(), address.native(), &address.size) == 0) port_ = address.port();
    acceptor_ = start_thread_without_signals([this] { accept_all(); });
  }

  ~Implementation() {
    ::eventfd_write(stopped_.number(), 1);
    acceptor_.join();
    for (Running& running : running_)
      ::shutdown(running.client.number(), SHUT_RDWR);
    for (Running& running : running_)
      running.thread.join();
  }

  std::uint16_t port() const { return port_; }

 private:
  struct Running {
    Descriptor client;  // closed with this, after the thread has ended
    std::thread thread;
    std::atomic<bool> done{false};
  };

  void accept_all() {
    std::array<pollfd, 2> entries{{{socket_.number(), POLLIN, 0}, {stopped_.number(), POLLIN, 0}}};
    while (::poll(entries.data(), entries.size(), -1) >= 0 || errno == EINTR) {
      if ((entries[1].revents & POLLIN) != 0) return;
      Descriptor client(::accept4(socket_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!client.is_open()) continue;
      forget_done();
      if (running_.size() >= base::limits::careless_exchanges) continue;  // closes the connection
      Running& running = running_.emplace_back();
      running.client = std::move(client);
      running.thread = std::thread([this, &running] {
        relay(running.client);
        ::shutdown(running.client.number(), SHUT_RDWR);
        running.done = true;
      });
    }
  }

  void forget_done() {
    running_.remove_if([](Running& running) {
      if (!running.done) return false;
      running.thread.join();
      return true;
    });
  }

  void relay(const Descriptor& client_socket) {
    const Deadline deadline(base::limits::careless_exchange_wait);
    TlsStream client(tls_.native(), client_socket.number(), TlsRole::server);
    if (shake_hands(client, client_socket.number(), deadline) != StreamProgress::done) return;
    const auto upstream_socket = connect_tcp(upstream_, deadline);
    if (!upstream_socket) return;
    TlsStream upstream(client_context_.get(), upstream_socket->number(), TlsRole::client);
    name_server(upstream, upstream_.server_name);
    if (shake_hands(upstream, upstream_socket->number(), deadline) != StreamProgress::done) return;
    Exchange exchange(client, client_socket.number(), upstream, upstream_socket->number(), deadline);
    if (!exchange.gather()) return;
    std::string answer = exchange.take_answer();
    exchange.send(rewrite_ ? rewrite_(exchange.request(), std::move(answer)) : answer);
  }

  Endpoint upstream_;
  TlsServerContext tls_;
  Rewrite rewrite_;
  ContextPointer client_context_;
  Descriptor socket_;
  Descriptor stopped_;
  std::uint16_t port_ = 0;
  std::list<Running> running_;  // of the acceptor's thread while that runs
  std::thread acceptor_;
};

base::Result<std::unique_ptr<CarelessProxy>> CarelessProxy::start(const Endpoint& upstream,
                                                                  TlsServerContext tls, Rewrite rewrite) {
  ART32_ASSIGN(Descriptor socket, listen_tcp("127.0.0.1", 0));
  Descriptor stopped(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stopped.is_open()) return base::system_failure("cannot make an event descriptor", errno);
  return std::unique_ptr<CarelessProxy>(new CarelessProxy(std::make_unique<Implementation>(
      upstream, std::move(tls), std::move(rewrite), std::move(socket), std::move(stopped))));
}

CarelessProxy::CarelessProxy(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
CarelessProxy::~CarelessProxy() = default;

std::uint16_t CarelessProxy::port() const {
  return implementation_->port();
}

}  // namespace art32::net
