// An event loop: what one worker thread of the gateway does all day. One loop a
// thread, nothing shared with other loops, no lock on the path of data.
//
// Streams, acceptors, connects and timers are made on a loop and destroyed before
// it. make() may run on any thread; everything else on the one that runs the loop,
// or before the first run(), but for post() and stop(), which any thread may call.
// Callbacks run within run() only, never within a call of ours.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "net/loop/buffer_pool.h"
#include "net/loop/loop_backend.h"
#include "net/loop/loop_driver.h"
#include "net/loop/timer_heap.h"

namespace art32::net {

class EventLoop {
 public:
  // `unsupported` when io_uring is wanted and the kernel doesn't let us, or when parts
  // of it that we need don't work; `automatic` then falls back to epoll.
  static base::Result<std::unique_ptr<EventLoop>> make(LoopBackend wanted);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  LoopBackend backend() const { return driver_->backend(); }
  // Why `automatic` became epoll, for the log; empty otherwise.
  const std::string& fallback_reason() const { return fallback_reason_; }

  // Until stop(), which also counts when it came first. Always on the same thread.
  void run();
  void stop();
  // Runs it on the loop's thread, in the order of posting. What is posted when the
  // loop goes is dropped. The caller bounds how much is under way.
  void post(std::function<void()> call);

  // Of this wake-up.
  std::chrono::steady_clock::time_point now() const;

  // For what lives on the loop.
  LoopDriver& driver() { return *driver_; }
  TimerHeap& timers() { return timers_; }
  BufferPool& buffers() { return buffers_; }

 private:
  explicit EventLoop(std::unique_ptr<LoopDriver> driver);
  LoopDriver::Limit next_wait() const;
  void run_posted();
  void wake();

  std::unique_ptr<LoopDriver> driver_;
  TimerHeap timers_;
  BufferPool buffers_;
  std::string fallback_reason_;
  std::chrono::steady_clock::time_point now_;
  bool is_running_ = false;

  std::atomic<std::thread::id> thread_;  // that runs it
  std::atomic<bool> is_stopped_ = false;
  std::atomic<bool> has_posted_ = false;
  std::mutex posted_lock_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace art32::net
