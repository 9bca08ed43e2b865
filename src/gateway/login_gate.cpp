#include "gateway/login_gate.h"

namespace art32::gateway {

void LoginGate::open(Time until) {
  const std::lock_guard lock(mutex_);
  until_ = until;
  why_.reset();
}

void LoginGate::shut(Refusal why) {
  const std::lock_guard lock(mutex_);
  until_ = Time::min();
  why_ = std::move(why);
}

std::optional<LoginGate::Refusal> LoginGate::refusal(Time now) const {
  const std::lock_guard lock(mutex_);
  if (why_) return why_;
  if (now < until_) return std::nullopt;
  return Refusal{"applications may not sign in to this database: its separation by team isn't checked",
                 until_ == Time::min() ? "no check has ended yet" : "the last check is too old"};
}

std::shared_ptr<LoginGate> LoginGates::of(const std::string& database) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<LoginGate>& gate = gates_[database];
  if (!gate) gate = std::make_shared<LoginGate>();
  return gate;
}

}  // namespace art32::gateway
