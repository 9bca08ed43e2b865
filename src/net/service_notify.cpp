#include "net/service_notify.h"

#include <systemd/sd-daemon.h>

#include <ctime>
#include <string>

namespace art32::net {

namespace {

// One line a variable: a line break in a status would begin another one.
std::string line(std::string_view text) {
  std::string result(text);
  for (char& octet : result) {
    if (static_cast<unsigned char>(octet) < 0x20) octet = ' ';
  }
  return result;
}

void notify(const std::string& state) {
  ::sd_notify(0, state.c_str());
}

}  // namespace

void notify_ready(std::string_view status) {
  notify("READY=1\nSTATUS=" + line(status));
}

void notify_reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto microseconds = now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() {
  notify("STOPPING=1");
}
void notify_status(std::string_view status) {
  notify("STATUS=" + line(status));
}
void notify_watchdog() {
  notify("WATCHDOG=1");
}

void notify_main_process(pid_t process) {
  notify("MAINPID=" + std::to_string(process));
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

}  // namespace art32::net
