#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "net/listening_socket.h"
#include "net/socket_address.h"

namespace art32::net {

namespace {

constexpr int accepts_a_turn = 64;
constexpr auto pause_without_descriptors = std::chrono::milliseconds(50);

bool lacks_resources(int number) {
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

}  // namespace

Listener::Listener(Descriptor socket, const std::vector<std::unique_ptr<HttpsWorker>>& workers)
    : workers_(workers),
      socket_(workers.front()->loop(), socket.number()),
      pause_(workers.front()->loop()),
      port_(local_port(socket.number())) {
  socket.release();
}

void Listener::start() {
  wait();
}

void Listener::close() {
  boost::system::error_code ignored;
  pause_.cancel(ignored);
  socket_.close(ignored);
}

void Listener::wait() {
  socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (!error) accept_some();
                     });
}

void Listener::accept_some() {
  for (int count = 0; count < accepts_a_turn && socket_.is_open(); ++count) {
    SocketAddress peer;
    Descriptor accepted(
        ::accept4(socket_.native_handle(), peer.native(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted.is_open()) {
      if (errno == EAGAIN) break;
      if (lacks_resources(errno)) return pause();
      continue;  // that connection is gone already; the next one may be well
    }
    const int on = 1;
    ::setsockopt(accepted.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    workers_[next_worker_]->adopt(std::move(accepted), peer.host());
    next_worker_ = (next_worker_ + 1) % workers_.size();
  }
  if (socket_.is_open()) wait();
}

void Listener::pause() {
  base::log_warning("no descriptor left for a connection", {{"error", std::strerror(errno)}});
  for (const auto& worker : workers_)
    worker->evict_oldest_soon();
  pause_.expires_after(pause_without_descriptors);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error) accept_some();
  });
}

std::size_t raise_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min<rlim_t>(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur;
}

}  // namespace art32::net
