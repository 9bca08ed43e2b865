// Posts to an event loop from threads that may outlive it: after close() what is posted is
// dropped. Shared by whoever answers later; any thread.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "net/loop/event_loop.h"

namespace art32::net {

class LoopMailbox {
 public:
  explicit LoopMailbox(EventLoop& loop) : loop_(&loop) {}

  void post(std::function<void()> call) {
    const std::lock_guard lock(mutex_);
    if (loop_ != nullptr) loop_->post(std::move(call));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  EventLoop* loop_;
};

}  // namespace art32::net
