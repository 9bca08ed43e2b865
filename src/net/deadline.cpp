#include "net/deadline.h"

#include <algorithm>
#include <cerrno>
#include <limits>

namespace art32::net {
namespace {

constexpr int stop_look_ms = 50;

}  // namespace

int Deadline::remaining_ms() const {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
  if (left <= 0) return 0;
  return left > std::numeric_limits<int>::max() ? std::numeric_limits<int>::max() : static_cast<int>(left);
}

int Deadline::wait_ms() const {
  return stop_.stop_possible() ? std::min(remaining_ms(), stop_look_ms) : remaining_ms();
}

Deadline::Wait Deadline::wait(std::span<pollfd> entries) const {
  while (true) {
    const int ready = ::poll(entries.data(), entries.size(), wait_ms());
    if (ready > 0) return Wait::ready;
    if (ready < 0 && errno != EINTR) return Wait::failed;
    if (passed()) return Wait::passed;
  }
}

Deadline::Wait Deadline::wait(int descriptor, short events) const {
  pollfd entry{descriptor, events, 0};
  return wait(std::span(&entry, 1));
}

}  // namespace art32::net
