#include "net/postgres_impostor.h"

#include <list>
#include <thread>

#include "net/listening_socket.h"
#include "net/loop/acceptor.h"
#include "net/loop/event_loop.h"
#include "net/loop/leg.h"

namespace art32::net {

namespace {

// An SSLRequest is eight octets (PostgreSQL documentation, section 55.7).
constexpr std::size_t request_octets = 8;

}  // namespace

class PostgresImpostor::Implementation {
 public:
  Implementation(std::unique_ptr<EventLoop> loop, Descriptor socket, std::optional<TlsServerContext> tls)
      : tls_(std::move(tls)),
        port_(local_port(socket.number())),
        loop_(std::move(loop)),
        acceptor_(*loop_, std::move(socket),
                  [this](Descriptor client, const SocketAddress&) {
                    visitors_.emplace_back(*this, std::move(client));
                  }),
        thread_([this] { loop_->run(); }) {}
  ~Implementation() {
    loop_->stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }
  std::uint64_t told() const { return told_; }

 private:
  class Visitor final : public LegHandler {
   public:
    Visitor(Implementation& owner, Descriptor socket)
        : owner_(owner), leg_(*owner.loop_, std::move(socket), *this) {}

   private:
    void on_octets(base::ByteView octets) override {
      if (is_answered_) {
        owner_.told_ += octets.size();
        return;
      }
      seen_ += octets.size();
      if (seen_ < request_octets) return;
      is_answered_ = true;
      leg_.send(base::as_bytes(owner_.tls_ ? "S" : "N"));
      if (owner_.tls_) leg_.accept_tls(*owner_.tls_);
    }
    void on_secured() override {}
    void on_drained() override {}
    void on_end(const StreamEnd&) override { leg_.shutdown_write(); }

    Implementation& owner_;
    std::size_t seen_ = 0;
    bool is_answered_ = false;
    Leg leg_;
  };

  std::optional<TlsServerContext> tls_;
  std::uint16_t port_;
  std::atomic<std::uint64_t> told_ = 0;
  std::unique_ptr<EventLoop> loop_;
  std::list<Visitor> visitors_;
  Acceptor acceptor_;
  std::thread thread_;
};

base::Result<std::unique_ptr<PostgresImpostor>> PostgresImpostor::start(std::optional<TlsServerContext> tls) {
  ART32_ASSIGN(auto loop, EventLoop::make(LoopBackend::epoll));
  ART32_ASSIGN(Descriptor socket, listen_tcp("127.0.0.1", 0));
  return std::unique_ptr<PostgresImpostor>(new PostgresImpostor(
      std::make_unique<Implementation>(std::move(loop), std::move(socket), std::move(tls))));
}

PostgresImpostor::PostgresImpostor(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
PostgresImpostor::~PostgresImpostor() = default;

std::uint16_t PostgresImpostor::port() const {
  return implementation_->port();
}
std::uint64_t PostgresImpostor::octets_told() const {
  return implementation_->told();
}

}  // namespace art32::net
