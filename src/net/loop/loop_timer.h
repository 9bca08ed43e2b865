// One-shot timers of an event loop, cheap enough for several on each of ten thousand
// connections: setting one again to a later time, and cancelling, touch the timer
// only. No timer costs a system call; the loop waits for the next one.
//
// Lives on the loop's thread and not longer than the loop. May be set, cancelled or
// destroyed within any callback, its own included.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "net/loop/timer_heap.h"

namespace art32::net {

class EventLoop;

class LoopTimer {
 public:
  LoopTimer(EventLoop& loop, std::function<void()> expired);
  ~LoopTimer();
  LoopTimer(const LoopTimer&) = delete;
  LoopTimer& operator=(const LoopTimer&) = delete;

  // Counted from the loop's now(), rounded up to milliseconds; replaces what was set.
  // Timers expire in the order of their times, those of the same one as they were set.
  // A timer that a callback sets to now expires in a later turn.
  void set(std::chrono::nanoseconds after);
  void cancel() { is_set_ = false; }
  bool is_set() const { return is_set_; }

 private:
  friend class TimerHeap;

  EventLoop& loop_;
  std::function<void()> expired_;
  TimerHeap::Key key_;  // when it is due, if it is set
  std::size_t place_ = TimerHeap::nowhere;
  bool is_set_ = false;
};

}  // namespace art32::net
