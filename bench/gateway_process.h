// A gateway in a process of its own, so that its CPU can be told from the benchmark's.
//
// Forks, so call start_gateway before other threads run. The process ends with this one, or by
// end_process. What can't be done ends the benchmark with 1.
#pragma once

#include <sys/types.h>

#include <memory>

#include "gateway/settings.h"

namespace art32::bench {

struct GatewayProcess {
  pid_t id = 0;
  std::uint16_t port = 0;
};

GatewayProcess start_gateway(const std::shared_ptr<gateway::Settings>& settings);
void end_process(pid_t process);  // at once
// Seconds of CPU, user and system, of a process so far.
double cpu_of(pid_t process);

}  // namespace art32::bench
