#include "net/loop/timer_heap.h"

#include <utility>

#include "net/loop/loop_timer.h"

namespace art32::net {

namespace {

constexpr std::size_t branches = 4;

}  // namespace

void TimerHeap::set(LoopTimer& timer, TimePoint due) {
  timer.key_ = {due, next_order_++};
  timer.is_set_ = true;
  if (timer.place_ == nowhere) {
    entries_.push_back({timer.key_, &timer});
    sift_up(entries_.size() - 1, entries_.back());
  } else if (timer.key_ < entries_[timer.place_].key) {
    sift_up(timer.place_, {timer.key_, &timer});
  }
}

void TimerHeap::forget(LoopTimer& timer) {
  if (expiring_ == &timer) expiring_ = nullptr;
  if (timer.place_ != nowhere) remove(timer.place_);
}

std::optional<TimerHeap::TimePoint> TimerHeap::next() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.front().key.due;
}

void TimerHeap::fire(TimePoint now) {
  const std::uint64_t first_new = next_order_;
  while (!entries_.empty() && entries_.front().key.due <= now) {
    const Entry first = entries_.front();
    LoopTimer& timer = *first.timer;
    if (!timer.is_set_) {
      remove(0);
    } else if (timer.key_ != first.key) {
      sift_down(0, {timer.key_, &timer});
    } else if (timer.key_.order >= first_new) {
      return;
    } else {
      remove(0);
      expire(timer);
    }
  }
}

// The call may destroy the timer, so it runs from outside of it.
void TimerHeap::expire(LoopTimer& timer) {
  timer.is_set_ = false;
  expiring_ = &timer;
  std::function<void()> call = std::move(timer.expired_);
  call();
  if (expiring_ == &timer) timer.expired_ = std::move(call);
  expiring_ = nullptr;
}

void TimerHeap::place(std::size_t index, const Entry& entry) {
  entries_[index] = entry;
  entry.timer->place_ = index;
}

void TimerHeap::sift_up(std::size_t index, const Entry& given) {
  const Entry entry = given;
  while (index > 0) {
    const std::size_t parent = (index - 1) / branches;
    if (entries_[parent].key < entry.key) break;
    place(index, entries_[parent]);
    index = parent;
  }
  place(index, entry);
}

void TimerHeap::sift_down(std::size_t index, const Entry& given) {
  const Entry entry = given;
  for (;;) {
    const std::size_t first = index * branches + 1;
    std::size_t least = nowhere;
    for (std::size_t child = first; child < first + branches && child < entries_.size(); ++child)
      if (least == nowhere || entries_[child].key < entries_[least].key) least = child;
    if (least == nowhere || entry.key < entries_[least].key) break;
    place(index, entries_[least]);
    index = least;
  }
  place(index, entry);
}

void TimerHeap::remove(std::size_t index) {
  entries_[index].timer->place_ = nowhere;
  const Entry last = entries_.back();
  entries_.pop_back();
  if (index == entries_.size()) return;
  if (index > 0 && last.key < entries_[(index - 1) / branches].key) {
    sift_up(index, last);
  } else {
    sift_down(index, last);
  }
}

}  // namespace art32::net
