// A token bucket: so many tries a minute, a few at once or one by one.
//
// A plain value of attempts.cpp. A clock that steps back neither gives nor takes.
#pragma once

#include <algorithm>

#include "base/time.h"

namespace art32::identity {

class TryBudget {
 public:
  TryBudget(unsigned tries_a_minute, base::Instant now)
      : most_(tries_a_minute), left_(tries_a_minute), filled_(now) {}

  void fill(base::Instant now) {
    const std::chrono::duration<double, std::ratio<60>> minutes = now - filled_;
    filled_ = now;
    left_ = std::min(most_, left_ + most_ * std::max(0.0, minutes.count()));
  }
  bool has_one() const { return left_ >= 1; }
  bool is_full_at(base::Instant now) const {
    TryBudget later = *this;
    later.fill(now);
    return later.left_ >= most_;
  }
  void take() { left_ -= 1; }
  void give_back() { left_ = std::min(most_, left_ + 1); }

 private:
  double most_;
  double left_;
  base::Instant filled_;
};

}  // namespace art32::identity
