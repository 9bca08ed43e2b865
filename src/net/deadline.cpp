#include "net/deadline.h"

#include <cerrno>
#include <limits>

namespace art32::net {

int Deadline::remaining_ms() const {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
  if (left <= 0) return 0;
  return left > std::numeric_limits<int>::max() ? std::numeric_limits<int>::max() : static_cast<int>(left);
}

Deadline::Wait Deadline::wait(std::span<pollfd> entries) const {
  while (true) {
    const int ready = ::poll(entries.data(), entries.size(), remaining_ms());
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
