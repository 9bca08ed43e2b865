// An Alarm goes off at each moment of its Schedule, once each time it is asked in time
// or late. Used by the loop that starts audits.
//
// The clock may step: forward, and what was missed goes off once; back, and the next
// moment is found anew, so that a clock once set to next year doesn't silence it until
// then. The clock outlives it; one thread.
#pragma once

#include "workers/schedule.h"

namespace art32::workers {

class Alarm {
 public:
  explicit Alarm(const base::Clock& clock) : clock_(clock), last_(clock.now()) {}

  void set(Schedule schedule);
  // Whether a moment has come since set() or since the last one that went off.
  bool due();

 private:
  const base::Clock& clock_;
  base::Instant last_;  // when the clock was read last
  std::optional<Schedule> schedule_;
  std::optional<base::Instant> next_;
};

}  // namespace art32::workers
