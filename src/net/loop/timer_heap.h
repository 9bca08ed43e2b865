// The timers of one event loop, the next one first: a heap of four branches.
//
// An entry may lie earlier in the heap than its timer is due, since a timer that is
// put off or cancelled is left where it is, and moved when its entry comes up. So a
// timer has one entry at most, however often it is set. For EventLoop and LoopTimer.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace art32::net {

class LoopTimer;

class TimerHeap {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t nowhere = SIZE_MAX;

  struct Key {
    TimePoint due;
    std::uint64_t order = 0;  // counts calls of set(): the first set, the first to expire
    auto operator<=>(const Key&) const = default;
  };

  void set(LoopTimer& timer, TimePoint due);
  void forget(LoopTimer& timer);  // it goes

  // When fire() has something to do, perhaps earlier than a timer expires.
  std::optional<TimePoint> next() const;
  // Calls what is due, but not what is set meanwhile.
  void fire(TimePoint now);

 private:
  struct Entry {
    Key key;
    LoopTimer* timer;
  };

  void place(std::size_t index, const Entry& entry);
  void sift_up(std::size_t index, const Entry& entry);
  void sift_down(std::size_t index, const Entry& entry);
  void remove(std::size_t index);
  void expire(LoopTimer& timer);

  std::vector<Entry> entries_;
  std::uint64_t next_order_ = 0;
  LoopTimer* expiring_ = nullptr;  // null again when it is destroyed by its own call
};

}  // namespace art32::net
