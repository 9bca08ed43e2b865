#include "net/loop/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/log.h"

namespace art32::net {

namespace {

constexpr int accepts_a_turn = 64;
constexpr auto pause_without_descriptors = std::chrono::milliseconds(50);

bool lacks_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(EventLoop& loop, Descriptor listening, Accepted accepted, Exhausted exhausted)
    : Channel(loop, std::move(listening)),
      accepted_(std::move(accepted)),
      exhausted_(std::move(exhausted)),
      recovery_(loop, [this] { want_readable(!is_paused_); }) {
  want_readable(true);
}

Acceptor::~Acceptor() {
  if (is_destroyed_ != nullptr) *is_destroyed_ = true;
}

void Acceptor::pause() {
  is_paused_ = true;
  want_readable(false);
}

void Acceptor::resume() {
  is_paused_ = false;
  if (!recovery_.is_set()) want_readable(true);
}

Descriptor Acceptor::release() {
  recovery_.cancel();
  return withdraw().socket;
}

void Acceptor::on_readable() {
  for (int count = 0; count < accepts_a_turn && interest().readable; ++count)
    if (!accept_one()) return;
}

// False when there is nothing more to do in this turn, or no acceptor any more.
bool Acceptor::accept_one() {
  SocketAddress peer;
  Descriptor accepted(::accept4(descriptor(), peer.native(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  bool is_destroyed = false;
  is_destroyed_ = &is_destroyed;
  if (accepted.is_open()) {
    const int on = 1;
    if (peer.family() != AF_UNIX) ::setsockopt(accepted.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // A copy, so that it outlives an acceptor that it destroys.
    const Accepted call = accepted_;
    call(std::move(accepted), peer);
  } else if (errno == EAGAIN) {
    is_destroyed_ = nullptr;
    return false;
  } else if (lacks_resources(errno)) {
    recover(errno);
  }
  // Another error is that of a connection that is gone already; the next one may be well.
  if (is_destroyed) return false;
  is_destroyed_ = nullptr;
  return true;
}

// The call may destroy the acceptor.
void Acceptor::recover(int error) {
  want_readable(false);
  recovery_.set(pause_without_descriptors);
  const Exhausted call = exhausted_;
  if (call) call();
  base::log_warning("no descriptor left for a connection", {{"error", std::strerror(error)}});
}

}  // namespace art32::net
