// The server's main loop: signals, schedule, watchdog.
//
// Call block_signals first thing in main, before any thread starts: the loop
// takes SIGHUP, SIGTERM and SIGINT synchronously.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "app/system.h"

namespace art32::app {

void block_signals();

// Runs until SIGTERM or SIGINT: audits on schedule, renders every minute, reloads
// on SIGHUP, feeds systemd's watchdog; then drains and returns. The system
// listens already.
base::Status serve(System& system);

}  // namespace art32::app
