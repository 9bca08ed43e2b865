// An eventfd by which other threads end an event loop's wait. Its counter is never
// read: epoll (edge-triggered) and io_uring (multishot poll) report each write.
#pragma once

#include <sys/eventfd.h>

#include <cerrno>

#include "base/result.h"
#include "net/descriptor.h"

namespace art32::net {

class WakeEvent {
 public:
  static base::Result<WakeEvent> make() {
    Descriptor event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!event.is_open()) return base::system_failure("cannot make an event for the loop", errno);
    return WakeEvent(std::move(event));
  }

  int descriptor() const { return event_.number(); }
  // Any thread.
  void signal() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(event_.number(), &one, sizeof one);
  }

 private:
  explicit WakeEvent(Descriptor event) : event_(std::move(event)) {}
  Descriptor event_;
};

}  // namespace art32::net
