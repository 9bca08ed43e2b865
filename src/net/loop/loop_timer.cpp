#include "net/loop/loop_timer.h"

#include "net/loop/event_loop.h"

namespace art32::net {

LoopTimer::LoopTimer(EventLoop& loop, std::function<void()> expired)
    : loop_(loop), expired_(std::move(expired)) {}

LoopTimer::~LoopTimer() {
  loop_.timers().forget(*this);
}

void LoopTimer::set(std::chrono::nanoseconds after) {
  const auto zero = std::chrono::nanoseconds(0);
  loop_.timers().set(*this,
                     std::chrono::ceil<std::chrono::milliseconds>(loop_.now() + std::max(after, zero)));
}

}  // namespace art32::net
