#include "net/loop/stream_connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "net/loop/event_loop.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

// The backlog of a unix socket is full: nothing tells when it no longer is.
constexpr auto wait_for_backlog = std::chrono::milliseconds(5);

int socket_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

class StreamConnect::Attempt final : private Channel {
 public:
  Attempt(StreamConnect& owner, Descriptor socket) : Channel(owner.loop_, std::move(socket)), owner_(owner) {
    want_writable(true);
  }

  Descriptor take() { return withdraw().socket; }

 private:
  void on_writable() override { owner_.conclude(socket_error(descriptor())); }

  StreamConnect& owner_;
};

StreamConnect::StreamConnect(EventLoop& loop, const SocketAddress& address, std::chrono::milliseconds limit,
                             Finished finished)
    : loop_(loop),
      address_(address),
      deadline_(loop.now() + limit),
      finished_(std::move(finished)),
      timer_(loop, [this] { attempt_ ? expire() : begin(); }) {
  timer_.set(std::chrono::nanoseconds(0));  // so that an immediate answer comes from the loop, too
}

StreamConnect::~StreamConnect() = default;

void StreamConnect::begin() {
  Descriptor socket(::socket(address_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return finish(base::system_failure("cannot make a socket", errno));
  const int on = 1;
  if (address_.family() != AF_UNIX) ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket.number(), address_.native(), address_.size) == 0) return finish(std::move(socket));
  const int error = errno;
  const bool is_in_progress = error == EINPROGRESS;
  if (!is_in_progress && error != EAGAIN) return conclude(error);
  if (loop_.now() >= deadline_) return expire();
  if (is_in_progress) attempt_ = std::make_unique<Attempt>(*this, std::move(socket));
  const std::chrono::nanoseconds left = deadline_ - loop_.now();
  timer_.set(is_in_progress ? left : std::min<std::chrono::nanoseconds>(left, wait_for_backlog));
}

void StreamConnect::expire() {
  finish(failure(ErrorCode::timeout, "no connection to " + address_.place() + " in time"));
}

void StreamConnect::conclude(int error) {
  if (error == 0) return finish(attempt_->take());
  finish(
      failure(ErrorCode::unavailable, "cannot connect to " + address_.place() + ": " + std::strerror(error)));
}

// The call may destroy this object.
void StreamConnect::finish(base::Result<Descriptor> socket) {
  timer_.cancel();
  attempt_.reset();
  const Finished call = std::move(finished_);
  call(std::move(socket));
}

}  // namespace art32::net
