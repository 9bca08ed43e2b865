// One io_uring instance, with the flags that suit a loop on one thread: completions
// are worked off by io_uring_enter(2) only (DEFER_TASKRUN), a wrong submission
// doesn't hold up the others (SUBMIT_ALL). Made on any thread (R_DISABLED), then
// used by the thread that enables it. For UringDriver and its probe.
//
// Kernel 6.1 has all of it. On 6.0 it works without DEFER_TASKRUN.
#pragma once

#include <liburing.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"

namespace art32::net {

class Uring {
 public:
  struct Completion {
    std::uint64_t data = 0;
    int result = 0;
    std::uint32_t flags = 0;
  };

  static base::Result<std::unique_ptr<Uring>> make(unsigned submissions, unsigned completions);
  ~Uring();
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  io_uring* native() { return &ring_; }
  void enable();
  bool is_enabled() const { return is_enabled_; }

  // A submission to fill in; hands over those before it when there is no room.
  io_uring_sqe& submission();
  // Hands over all submissions, and waits for a completion; none: for as long as it takes.
  void enter(std::optional<std::chrono::nanoseconds> limit);
  // Moves all completions to the end of `target`.
  void take(std::vector<Completion>& target);

 private:
  Uring() = default;
  void hand_over();
  void move_completions(std::vector<Completion>& target);

  io_uring ring_{};
  std::vector<Completion> early_;  // taken to make room for others
  bool is_made_ = false;
  bool is_enabled_ = false;
};

}  // namespace art32::net
