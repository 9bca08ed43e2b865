// A line on a terminal that shows long work: done, rate, time left. Silent where
// standard error is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace art32::app {

class Progress {
 public:
  explicit Progress(std::string unit);
  ~Progress() { end(); }
  // At most ten times a second, whatever the caller does.
  void show(std::uint64_t done, std::uint64_t all);
  void end();  // removes the line

 private:
  std::string unit_;
  bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_;
};

}  // namespace art32::app
