// Calls that may block, off the event loop, and what comes of them back on it. A few threads of
// its own, started when they are needed.
//
// Made on a loop's thread and destroyed before the loop. A call that hangs can't be interrupted:
// the destructor then waits for it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace art32::net {

class EventLoop;

class OffLoop {
 public:
  // For the loop, once `work` has run.
  using After = std::function<void()>;

  // At most so many threads, and so much work that waits for one.
  OffLoop(EventLoop& loop, unsigned threads, std::size_t waiting);
  ~OffLoop();
  OffLoop(const OffLoop&) = delete;
  OffLoop& operator=(const OffLoop&) = delete;

  // `work` runs on a thread; what it returns is called from the loop, once, unless what is returned
  // here goes first. Null, and nothing is done, when too much work waits already.
  [[nodiscard]] std::shared_ptr<void> run(std::function<After()> work);

 private:
  struct State;
  std::unique_ptr<State> state_;
  const unsigned most_threads_;
  const std::size_t most_waiting_;
  std::vector<std::jthread> threads_;  // after what they use: joined first
};

}  // namespace art32::net
