#include "app/commands/progress.h"

#include <unistd.h>

#include <cstdio>

#include <fmt/core.h>

namespace art32::app {

Progress::Progress(std::string unit) : unit_(std::move(unit)), terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::uint64_t done, std::uint64_t all) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - last_ < std::chrono::milliseconds(100) || all == 0) return;
  last_ = now;
  shown_ = true;
  const double seconds = std::max(std::chrono::duration<double>(now - started_).count(), 0.001);
  const double rate = static_cast<double>(done) / seconds;
  const double left = rate > 0 ? static_cast<double>(all - done) / rate : 0;
  fmt::print(stderr, "\r\x1b[K{} of {} {}, {:.0f}/s, {:.0f} s left", done, all, unit_, rate, left);
  std::fflush(stderr);
}

void Progress::end() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

}  // namespace art32::app
