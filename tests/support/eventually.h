// Waits for what becomes true in a moment: what a server does in its own time. For tests.
// Any thread.
#pragma once

#include <functional>
#include <thread>

namespace art32::test {

// Asks until the condition holds; false after thirty seconds.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 600; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace art32::test
