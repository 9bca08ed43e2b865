// A connection being made, TCP or unix, on an event loop: by a deadline, given up by
// destroying it. Lives on the loop's thread; may be destroyed in its callback.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "net/loop/channel.h"
#include "net/loop/loop_timer.h"
#include "net/socket_address.h"

namespace art32::net {

class StreamConnect {
 public:
  // A connected socket, non-blocking, TCP without Nagle's delay; or `unavailable` when
  // the peer refuses, `timeout`, or why no socket can be had.
  using Finished = std::function<void(base::Result<Descriptor> socket)>;

  // `finished` is called once, from the loop, unless the object goes first.
  StreamConnect(EventLoop& loop, const SocketAddress& address, std::chrono::milliseconds limit,
                Finished finished);
  ~StreamConnect();
  StreamConnect(const StreamConnect&) = delete;
  StreamConnect& operator=(const StreamConnect&) = delete;

 private:
  class Attempt;

  void begin();
  void expire();
  void conclude(int error);
  void finish(base::Result<Descriptor> socket);

  EventLoop& loop_;
  SocketAddress address_;
  std::chrono::steady_clock::time_point deadline_;
  Finished finished_;
  LoopTimer timer_;
  std::unique_ptr<Attempt> attempt_;
};

}  // namespace art32::net
