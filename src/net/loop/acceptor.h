// Takes connections of a listening socket, TCP or unix, on an event loop.
//
// When the process has no descriptor left it says so, waits shortly and tries again;
// it never gives up. Lives on the loop's thread; may be destroyed in its callbacks.
#pragma once

#include <functional>

#include "net/loop/channel.h"
#include "net/loop/loop_timer.h"
#include "net/socket_address.h"

namespace art32::net {

class Acceptor final : private Channel {
 public:
  // Non-blocking, TCP without Nagle's delay. A peer on a unix socket has no address.
  using Accepted = std::function<void(Descriptor socket, const SocketAddress& peer)>;
  // No descriptor is left: let some connections go.
  using Exhausted = std::function<void()>;

  Acceptor(EventLoop& loop, Descriptor listening, Accepted accepted, Exhausted exhausted = {});
  ~Acceptor();

  // The kernel queues connections meanwhile, up to the socket's backlog.
  void pause();
  void resume();

  // The listening socket, to be handed on.
  Descriptor release();

  using Channel::descriptor;

 private:
  void on_readable() override;
  bool accept_one();
  void recover(int error);

  Accepted accepted_;
  Exhausted exhausted_;
  LoopTimer recovery_;
  bool is_paused_ = false;
  bool* is_destroyed_ = nullptr;  // of the callback that runs
};

}  // namespace art32::net
