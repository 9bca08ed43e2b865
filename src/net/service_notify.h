// Words to the service manager (sd_notify(3)); silent when none listens.
// Any thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string_view>

namespace art32::net {

void notify_ready(std::string_view status);
void notify_reloading();  // followed by notify_ready
void notify_stopping();
void notify_status(std::string_view status);
void notify_watchdog();
// Another process is the service from now on; said by the one that was it.
void notify_main_process(pid_t process);

// How often the manager wants to hear from us; nothing without a watchdog. Notify
// twice as often.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace art32::net
