#include "workers/alarm.h"

namespace art32::workers {

void Alarm::set(Schedule schedule) {
  schedule_ = std::move(schedule);
  last_ = clock_.now();
  next_ = schedule_->next(last_);
}

bool Alarm::due() {
  if (!schedule_) return false;
  const base::Instant now = clock_.now();
  const bool stepped_back = now < last_;
  const bool has_come = next_ && now >= *next_;
  last_ = now;
  if (stepped_back || has_come) next_ = schedule_->next(now);
  return has_come;
}

}  // namespace art32::workers
