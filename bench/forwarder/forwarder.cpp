// The floor under every figure of the gateway: a forwarder on one event loop that
// understands nothing of what it passes on. Each client gets a connection to the
// server of its own.
//
//   bench_forwarder LISTEN_PORT SERVER [automatic|io_uring|epoll]
//
// SERVER is a port of 127.0.0.1 or the path of a unix socket. Prints the back end
// once it listens; runs until it is killed.
#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <span>
#include <unordered_map>

#include "base/limits.h"
#include "base/text.h"
#include "net/listening_socket.h"
#include "net/loop/acceptor.h"
#include "net/loop/event_loop.h"
#include "net/loop/stream.h"
#include "net/loop/stream_connect.h"

namespace art32::bench {
namespace {

constexpr auto connect_limit = std::chrono::seconds(10);
constexpr std::size_t most_pending = 256U << 10;
static_assert(most_pending >= base::limits::loop_queued_octets);

class Forwarder;

// Two streams, each fed by the other.
class Relay {
 public:
  Relay(Forwarder& owner, net::EventLoop& loop, net::Descriptor client, net::Descriptor server)
      : owner_(owner), to_server_(*this), to_client_(*this) {
    client_.emplace(loop, std::move(client), to_server_);
    server_.emplace(loop, std::move(server), to_client_);
    to_server_.connect(*client_, *server_);
    to_client_.connect(*server_, *client_);
  }

 private:
  struct Direction final : net::StreamHandler {
    explicit Direction(Relay& of) : relay(of) {}

    void connect(net::Stream& from, net::Stream& to) {
      source = &from;
      target = &to;
    }
    void on_data(base::ByteView octets) override {
      target->send(octets);
      if (target->pending() > most_pending) source->pause();
    }
    // Of this direction's source, which is the other direction's target.
    void on_drained() override { target->resume(); }
    void on_end(const net::StreamEnd& end) override {
      target->shutdown_write();
      relay.end(end);
    }

    Relay& relay;
    net::Stream* source = nullptr;
    net::Stream* target = nullptr;
  };

  void end(const net::StreamEnd& end);

  Forwarder& owner_;
  Direction to_server_;
  Direction to_client_;
  std::optional<net::Stream> client_;
  std::optional<net::Stream> server_;
  int ends_ = 0;
};

class Forwarder {
 public:
  Forwarder(net::EventLoop& loop, net::Descriptor listening, const net::SocketAddress& server)
      : loop_(loop),
        server_(server),
        acceptor_(loop, std::move(listening),
                  [this](net::Descriptor client, const net::SocketAddress&) { take(std::move(client)); }) {}

  void remove(const Relay& relay) { relays_.erase(&relay); }

 private:
  void take(net::Descriptor client) {
    const int number = client.number();
    auto& connect = connects_[number];
    connect = std::make_unique<net::StreamConnect>(
        loop_, server_, connect_limit,
        [this, number, shared = std::make_shared<net::Descriptor>(std::move(client))](
            base::Result<net::Descriptor> server) {
          if (server) add(std::move(*shared), std::move(server).value());
          connects_.erase(number);
        });
  }

  void add(net::Descriptor client, net::Descriptor server) {
    auto relay = std::make_unique<Relay>(*this, loop_, std::move(client), std::move(server));
    const Relay* key = relay.get();
    relays_[key] = std::move(relay);
  }

  net::EventLoop& loop_;
  net::SocketAddress server_;
  std::unordered_map<int, std::unique_ptr<net::StreamConnect>> connects_;  // by the client's descriptor
  std::unordered_map<const Relay*, std::unique_ptr<Relay>> relays_;
  net::Acceptor acceptor_;
};

void Relay::end(const net::StreamEnd& end) {
  if (end.is_orderly() && ++ends_ < 2) return;
  owner_.remove(*this);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = base::parse_number(text);
  if (!number || *number > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

base::Result<net::SocketAddress> server_address(const std::string& text) {
  const auto port = parse_port(text);
  return port ? net::parse_socket_address("127.0.0.1", *port) : net::unix_socket_address(text);
}

base::Status serve(std::span<char*> arguments) {
  const auto port = parse_port(arguments[1]);
  const auto backend = net::loop_backend_named(arguments.size() > 3 ? arguments[3] : "automatic");
  if (!port || !backend) return base::failure(base::ErrorCode::invalid_argument, "no such port or back end");
  ART32_ASSIGN(const net::SocketAddress server, server_address(arguments[2]));
  ART32_ASSIGN(net::Descriptor listening, net::listen_tcp("127.0.0.1", *port));
  ART32_ASSIGN(const auto loop, net::EventLoop::make(*backend));
  const Forwarder forwarder(*loop, std::move(listening), server);
  fmt::print("{}\n", name(loop->backend()));
  std::fflush(stdout);
  loop->run();
  return {};
}

}  // namespace
}  // namespace art32::bench

int main(int argument_count, char** arguments) {
  if (argument_count < 3) {
    fmt::print(stderr, "usage: bench_forwarder LISTEN_PORT SERVER [automatic|io_uring|epoll]\n");
    return 2;
  }
  const auto served = art32::bench::serve({arguments, static_cast<std::size_t>(argument_count)});
  if (!served) fmt::print(stderr, "{}\n", served.error().message());
  return served ? 0 : 1;
}
