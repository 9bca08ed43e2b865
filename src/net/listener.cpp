#include "net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "net/socket_address.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

constexpr int accepts_a_turn = 64;
constexpr int backlog = 4096;
constexpr auto pause_without_descriptors = std::chrono::milliseconds(50);

bool lacks_resources(int number) {
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

std::uint16_t bound_port(int socket) {
  SocketAddress address;
  return ::getsockname(socket, address.native(), &address.size) == 0 ? address.port() : std::uint16_t{0};
}

}  // namespace

base::Result<Descriptor> Listener::open(const std::string& address, std::uint16_t port) {
  ART32_ASSIGN(const SocketAddress where, parse_socket_address(address, port));
  Descriptor socket(::socket(where.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return base::system_failure("cannot make a socket", errno);
  const int on = 1;
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const std::string place = address + " port " + std::to_string(port);
  if (::bind(socket.number(), where.native(), where.size) != 0 || ::listen(socket.number(), backlog) != 0) {
    const int number = errno;
    if (number == EADDRINUSE)
      return failure(ErrorCode::conflict, place + " is taken by another program",
                     "stop that program, or choose another port");
    if (number == EACCES)
      return failure(ErrorCode::permission, "not allowed to listen on " + place,
                     "choose a port from 1024 on, or grant CAP_NET_BIND_SERVICE");
    return failure(ErrorCode::configuration, "cannot listen on " + place + ": " + std::strerror(number),
                   "choose an address of this machine");
  }
  return socket;
}

Listener::Listener(Descriptor socket, const std::vector<std::unique_ptr<HttpsWorker>>& workers)
    : workers_(workers),
      socket_(workers.front()->loop(), socket.number()),
      pause_(workers.front()->loop()),
      port_(bound_port(socket.number())) {
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
