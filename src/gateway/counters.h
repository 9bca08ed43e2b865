// What a worker counts. Written by its own thread only, read by any: relaxed atomics whose
// increment is a plain addition, so that counting costs nothing on the path of a query.
#pragma once

#include <atomic>
#include <cstdint>

namespace art32::gateway {

class Counter {
 public:
  Counter& operator++() {
    value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return *this;
  }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct Counters {
  Counter clients;          // now
  Counter connections;      // since start
  Counter refused_logins;   // wrong password or unknown user
  Counter failed_sessions;  // ended by an error of ours
  Counter requests;         // answered: ReadyForQuery seen
  Counter server_logins;
  Counter poisoned;  // server connections whose answers made no sense
  Counter pinned;    // sessions that keep their server connection
  Counter cancels;
  Counter dropped_cancels;  // too many were under way
  Counter entries;          // of claims, and of nobody, into server connections
  Counter refused_claims;
};

}  // namespace art32::gateway
