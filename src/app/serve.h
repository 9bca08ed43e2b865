// The server's main loop: signals, schedule, watchdog, and its going on in another process.
//
// Call block_signals first thing in main, before any thread starts: the loop
// takes SIGHUP, SIGTERM, SIGINT and SIGUSR2 synchronously.
#pragma once

#include "app/system.h"

namespace art32::app {

void block_signals();

// Opens the folder, listens, and runs until SIGTERM or SIGINT: audits on schedule, renders
// every minute, reloads on SIGHUP, feeds systemd's watchdog; then drains and returns.
//
// On SIGUSR2, or when a command asks for it, the program that now lies at this one's path
// takes over (upgrade.h): this returns then when the last client that couldn't go there is gone.
base::Status serve(const Folder& folder, LostState lost);
// The same for a system that listens already; no other process takes it over.
base::Status serve(System& system);

}  // namespace art32::app
