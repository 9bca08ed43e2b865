#include "net/loop/off_loop.h"

#include <condition_variable>
#include <deque>
#include <mutex>

#include "net/loop/event_loop.h"

namespace art32::net {
namespace {

struct Job {
  std::function<OffLoop::After()> work;
  std::weak_ptr<void> wanted;
};

}  // namespace

// Shared with the threads; guarded by `mutex`.
struct OffLoop::State {
  std::mutex mutex;
  EventLoop* loop = nullptr;  // null once the owner has gone
  std::deque<Job> waiting;
  std::condition_variable changed;
  unsigned idle = 0;  // threads that wait for work

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      ++idle;
      changed.wait(lock, [this] { return loop == nullptr || !waiting.empty(); });
      --idle;
      if (loop == nullptr) return;
      Job job = std::move(waiting.front());
      waiting.pop_front();
      if (job.wanted.expired()) continue;
      lock.unlock();
      After after = job.work();
      lock.lock();
      // With the mutex held, so that the loop can't go meanwhile.
      if (loop == nullptr) return;
      loop->post([wanted = std::move(job.wanted), after = std::move(after)] {
        if (const auto held = wanted.lock()) after();
      });
    }
  }
};

OffLoop::OffLoop(EventLoop& loop, unsigned threads, std::size_t waiting)
    : state_(std::make_unique<State>()), most_threads_(threads), most_waiting_(waiting) {
  state_->loop = &loop;
}

OffLoop::~OffLoop() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->loop = nullptr;
    state_->waiting.clear();
  }
  state_->changed.notify_all();
}

std::shared_ptr<void> OffLoop::run(std::function<After()> work) {
  const std::scoped_lock lock(state_->mutex);
  if (state_->waiting.size() >= most_waiting_) return nullptr;
  auto wanted = std::make_shared<char>();
  state_->waiting.push_back({std::move(work), wanted});
  if (state_->waiting.size() > state_->idle && threads_.size() < most_threads_)
    threads_.emplace_back([state = state_.get()] { state->work(); });
  state_->changed.notify_one();
  return wanted;
}

}  // namespace art32::net
