#include "gateway/gateway.h"

#include "base/limits.h"
#include "base/log.h"
#include "net/descriptor_limit.h"
#include "net/keep_alive.h"
#include "net/listening_socket.h"
#include "net/unix_socket.h"

namespace art32::gateway {

namespace {

constexpr std::chrono::milliseconds drain_look{10};

}  // namespace

base::Result<std::unique_ptr<Gateway>> Gateway::start(std::shared_ptr<const Settings> settings,
                                                      Inheritance inheritance) {
  std::unique_ptr<Gateway> gateway(new Gateway);
  gateway->generation_ = inheritance.generation;
  const std::size_t descriptors = net::raise_descriptor_limit();
  if (descriptors < settings->most_clients + settings->most_logins)
    base::log_warning("fewer descriptors are allowed than clients",
                      {{"descriptors", std::to_string(descriptors)}, {"mend", "raise LimitNOFILE"}});
  for (unsigned number = 0; number < settings->workers; ++number) {
    ART32_ASSIGN(auto loop, net::EventLoop::make(settings->backend));
    gateway->backend_ = loop->backend();
    if (number == 0)
      base::log_info("gateway loop", {{"backend", std::string(net::name(loop->backend()))},
                                      {"fallback", loop->fallback_reason()}});
    gateway->workers_.push_back(std::make_unique<Worker>(number, gateway->generation_, std::move(loop),
                                                         settings, *gateway, gateway->commons_));
  }
  ART32_ASSIGN(gateway->accepting_, net::EventLoop::make(net::LoopBackend::epoll));
  ART32_CHECKED(gateway->listen(*settings, std::move(inheritance)));
  for (auto& worker : gateway->workers_)
    worker->start();
  gateway->drain_ = settings->drain;  // from here on there may be clients
  gateway->thread_ = std::thread([raw = gateway.get()] { raw->accepting_->run(); });
  return gateway;
}

base::Status Gateway::listen(const Settings& settings, Inheritance inheritance) {
  net::Descriptor socket = std::move(inheritance.socket);
  if (!socket.is_open()) {
    ART32_ASSIGN(socket, net::listen_tcp(settings.address, settings.port));
  }
  port_ = net::local_port(socket.number());
  acceptor_ = std::make_unique<net::Acceptor>(*accepting_, std::move(socket),
                                              [this](net::Descriptor client, const net::SocketAddress& peer) {
                                                net::keep_alive(client.number());
                                                give(std::move(client), false, peer.network());
                                              });
  if (settings.socket_folder.empty()) return {};
  net::Descriptor local = std::move(inheritance.local_socket);
  if (!local.is_open()) {
    ART32_ASSIGN(local, net::listen_unix(settings.socket_folder / fmt::format(".s.PGSQL.{}", port_),
                                         net::UnixMode::everyone));
  }
  local_acceptor_ = std::make_unique<net::Acceptor>(
      *accepting_, std::move(local),
      [this](net::Descriptor client, const net::SocketAddress&) { give(std::move(client), true, ""); });
  return {};
}

void Gateway::give(net::Descriptor socket, bool is_local, const std::string& address) {
  workers_[next_worker_++ % workers_.size()]->adopt(std::move(socket), is_local, address);
}

Gateway::~Gateway() {
  stop();
  const std::lock_guard lock(mutex_);
  to_predecessor_ = to_successor_ = nullptr;
}

void Gateway::stop() {
  if (thread_.joinable()) {
    accepting_->stop();
    thread_.join();
  }
  acceptor_.reset();
  local_acceptor_.reset();
  drain();
  for (auto& worker : workers_)
    worker->stop();
}

void Gateway::drain() {
  const auto until = std::chrono::steady_clock::now() + std::exchange(drain_, std::chrono::milliseconds(0));
  for (auto& worker : workers_)
    worker->post([](Worker& asked) { asked.drain(); });
  while (commons_.clients > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(drain_look);
}

void Gateway::reload(std::shared_ptr<const Settings> settings) {
  for (auto& worker : workers_)
    worker->reload(settings);
}

void Gateway::survey(std::function<void(GatewayReport)> done) {
  struct Survey {
    std::mutex mutex;
    GatewayReport total;
    std::size_t left = 0;
    std::function<void(GatewayReport)> done;
  };
  const auto survey = std::make_shared<Survey>();
  survey->left = workers_.size();
  survey->done = std::move(done);
  for (auto& worker : workers_)
    worker->post([survey](Worker& asked) {
      GatewayReport report = asked.report();
      const std::lock_guard lock(survey->mutex);
      survey->total.add(std::move(report));
      if (--survey->left == 0) survey->done(std::move(survey->total));
    });
}

void Gateway::pause(const std::string& database) {
  {
    const std::lock_guard lock(mutex_);
    paused_.insert(database);
  }
  for (auto& worker : workers_)
    worker->post([database](Worker& asked) { asked.pause(database); });
}

void Gateway::resume(const std::string& database) {
  {
    const std::lock_guard lock(mutex_);
    if (database.empty())
      paused_.clear();
    else
      paused_.erase(database);
  }
  for (auto& worker : workers_)
    worker->post([database](Worker& asked) { asked.resume(database); });
}

std::vector<const Counters*> Gateway::counters() const {
  std::vector<const Counters*> all;
  for (const auto& worker : workers_)
    all.push_back(&worker->counts());
  return all;
}

}  // namespace art32::gateway
