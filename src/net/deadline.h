// A point in steady time by which something must be done, and poll(2) up to it.
// A value: several steps share one deadline, so that a slow peer can't have the limit
// anew for each. Setting the system's clock doesn't move it. It may pass early: once its token
// is asked to stop.
#pragma once

#include <poll.h>

#include <chrono>
#include <span>
#include <stop_token>

namespace art32::net {

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds limit, std::stop_token stop = {})
      : end_(std::chrono::steady_clock::now() + limit), stop_(std::move(stop)) {}

  bool passed() const { return std::chrono::steady_clock::now() >= end_ || stop_.stop_requested(); }
  // Rounded up, so that a wait for it doesn't spin; 0 once passed.
  int remaining_ms() const;

  enum class Wait { ready, passed, failed };
  // Waits until one of `entries` is ready; interrupted calls go on.
  Wait wait(std::span<pollfd> entries) const;
  Wait wait(int descriptor, short events) const;

 private:
  int wait_ms() const;  // until it is time to look at the token again

  std::chrono::steady_clock::time_point end_;
  std::stop_token stop_;
};

}  // namespace art32::net
