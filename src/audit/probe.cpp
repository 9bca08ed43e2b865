#include "audit/probe.h"

#include <algorithm>

namespace art32::audit {

std::chrono::milliseconds ProbeContext::left() const {
  const auto rest =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(rest, std::chrono::milliseconds(1));
}

bool ProbeContext::expired() const {
  return std::chrono::steady_clock::now() >= deadline;
}

}  // namespace art32::audit
