#include "gateway/gateway.h"

#include "base/limits.h"
#include "base/log.h"
#include "net/listening_socket.h"
#include "net/unix_socket.h"

namespace art32::gateway {

base::Result<std::unique_ptr<Gateway>> Gateway::start(std::shared_ptr<const Settings> settings) {
  std::unique_ptr<Gateway> gateway(new Gateway);
  const auto route = [raw = gateway.get()](std::uint32_t id, base::Bytes key) {
    const std::size_t worker = id >> 24;
    if (worker < raw->workers_.size()) raw->workers_[worker]->cancel_client(id, std::move(key));
  };
  for (unsigned number = 0; number < settings->workers; ++number) {
    ART32_ASSIGN(auto loop, net::EventLoop::make(settings->backend));
    gateway->backend_ = loop->backend();
    if (number == 0)
      base::log_info("gateway loop", {{"backend", std::string(net::name(loop->backend()))},
                                      {"fallback", loop->fallback_reason()}});
    gateway->workers_.push_back(std::make_unique<Worker>(number, std::move(loop), settings, route));
  }
  ART32_ASSIGN(gateway->accepting_, net::EventLoop::make(net::LoopBackend::epoll));
  ART32_CHECKED(gateway->listen(*settings));
  for (auto& worker : gateway->workers_)
    worker->start();
  gateway->thread_ = std::thread([raw = gateway.get()] { raw->accepting_->run(); });
  return gateway;
}

base::Status Gateway::listen(const Settings& settings) {
  ART32_ASSIGN(net::Descriptor socket, net::listen_tcp(settings.address, settings.port));
  port_ = net::local_port(socket.number());
  acceptor_ = std::make_unique<net::Acceptor>(
      *accepting_, std::move(socket),
      [this](net::Descriptor client, const net::SocketAddress&) { give(std::move(client), false); });
  if (settings.socket_folder.empty()) return {};
  ART32_ASSIGN(
      net::Descriptor local,
      net::listen_unix(settings.socket_folder / fmt::format(".s.PGSQL.{}", port_), net::UnixMode::everyone));
  local_acceptor_ = std::make_unique<net::Acceptor>(
      *accepting_, std::move(local),
      [this](net::Descriptor client, const net::SocketAddress&) { give(std::move(client), true); });
  return {};
}

void Gateway::give(net::Descriptor socket, bool is_local) {
  workers_[next_worker_++ % workers_.size()]->adopt(std::move(socket), is_local);
}

Gateway::~Gateway() {
  stop();
}

void Gateway::stop() {
  if (thread_.joinable()) {
    accepting_->stop();
    thread_.join();
  }
  acceptor_.reset();
  local_acceptor_.reset();
  for (auto& worker : workers_)
    worker->stop();
}

void Gateway::reload(std::shared_ptr<const Settings> settings) {
  for (auto& worker : workers_)
    worker->reload(settings);
}

std::vector<const Counters*> Gateway::counters() const {
  std::vector<const Counters*> all;
  for (const auto& worker : workers_)
    all.push_back(&worker->counts());
  return all;
}

}  // namespace art32::gateway
