// Where handlers that block are run: a few threads behind a bounded queue.
//
// Each kind of blocking work has a lane of its own, so that a crowd in one lane
// never keeps the others waiting: checking passwords is made to be slow, and
// anybody may ask for it. A full lane refuses at once, and logs that at most once a
// minute. Lives as long as the server; any thread.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "net/https_server.h"

namespace art32::net {

class HttpsLane {
 public:
  // `most`: requests that run or wait. `busy_status`: what a full lane answers with.
  HttpsLane(std::string_view name, unsigned threads, std::size_t most, int busy_status);

  // Runs `work` on a thread of this lane, and then, its place free again, `after`.
  // False, and nothing runs, when the lane is full.
  bool post(std::function<void()> work, std::function<void()> after);
  void log_refusal(std::string_view peer);
  int busy_status() const { return busy_status_; }
  void stop();  // what waits is dropped; returns when what runs is done

 private:
  std::string_view name_;
  std::size_t most_;
  int busy_status_;
  std::atomic<std::size_t> now_{0};
  std::mutex mutex_;  // guards the next two
  std::uint64_t refused_ = 0;
  std::optional<std::chrono::steady_clock::time_point> logged_;
  boost::asio::thread_pool pool_;
};

class HttpsLanes {
 public:
  explicit HttpsLanes(const HttpsLimits& limits);
  HttpsLane& of(Blocking blocking);  // not for Blocking::no
  void stop();

 private:
  HttpsLane blocking_, sign_in_, expected_sign_in_, search_;
};

}  // namespace art32::net
