#include "net/loop/event_loop.h"

#include "base/assert.h"
#include "net/loop/epoll_driver.h"
#include "net/loop/uring_driver.h"

namespace art32::net {

base::Result<std::unique_ptr<EventLoop>> EventLoop::make(LoopBackend wanted) {
  std::string reason;
  if (wanted != LoopBackend::epoll) {
    auto driver = UringDriver::make();
    if (driver) return std::unique_ptr<EventLoop>(new EventLoop(std::move(driver).value()));
    if (wanted == LoopBackend::io_uring) return tl::unexpected<base::Error>(std::move(driver).error());
    reason = driver.error().what;
  }
  ART32_ASSIGN(auto driver, EpollDriver::make());
  std::unique_ptr<EventLoop> loop(new EventLoop(std::move(driver)));
  loop->fallback_reason_ = std::move(reason);
  return loop;
}

EventLoop::EventLoop(std::unique_ptr<LoopDriver> driver) : driver_(std::move(driver)) {}

EventLoop::~EventLoop() {
  ART32_ASSERT(!is_running_);
  // What waited to run may own what lives on the loop.
  std::vector<std::function<void()>> dropped;
  {
    const std::scoped_lock lock(posted_lock_);
    dropped.swap(posted_);
  }
}

std::chrono::steady_clock::time_point EventLoop::now() const {
  return is_running_ ? now_ : std::chrono::steady_clock::now();
}

void EventLoop::run() {
  ART32_ASSERT(!is_running_);
  thread_ = std::this_thread::get_id();
  now_ = std::chrono::steady_clock::now();
  is_running_ = true;
  while (!is_stopped_.exchange(false)) {
    driver_->wait(next_wait());
    now_ = std::chrono::steady_clock::now();
    // Octets first: an answer that came in time beats the timer that was set for it.
    driver_->dispatch();
    timers_.fire(now_);
    run_posted();
  }
  is_running_ = false;
  driver_->settle();
}

void EventLoop::stop() {
  is_stopped_ = true;
  wake();
}

void EventLoop::post(std::function<void()> call) {
  {
    const std::scoped_lock lock(posted_lock_);
    posted_.push_back(std::move(call));
  }
  if (!has_posted_.exchange(true)) wake();
}

// The loop's own thread looks again before it waits.
void EventLoop::wake() {
  if (thread_.load() != std::this_thread::get_id()) driver_->wake();
}

LoopDriver::Limit EventLoop::next_wait() const {
  if (has_posted_) return std::chrono::nanoseconds(0);
  const auto next = timers_.next();
  if (!next) return std::nullopt;
  return std::max(std::chrono::nanoseconds(0), *next - std::chrono::steady_clock::now());
}

void EventLoop::run_posted() {
  if (!has_posted_.load(std::memory_order_relaxed) || !has_posted_.exchange(false)) return;
  std::vector<std::function<void()>> calls;
  {
    const std::scoped_lock lock(posted_lock_);
    calls.swap(posted_);
  }
  for (std::function<void()>& call : calls)
    std::exchange(call, nullptr)();
}

}  // namespace art32::net
