#include "identity/token_tries.h"

#include "base/limits.h"

namespace art32::identity {

namespace limits = base::limits;

namespace {

// Its second of each turn, by chance: a guess has hardly ever the right one. Zero: it is now.
std::chrono::seconds until_second_of(std::string_view token, base::Instant now) {
  const auto second = static_cast<std::size_t>(now.time_since_epoch() / std::chrono::seconds(1));
  const auto turn = static_cast<std::size_t>(limits::token_turn / std::chrono::seconds(1));
  return std::chrono::seconds((turn - (std::hash<std::string_view>()(token) + second) % turn) % turn);
}

}  // namespace

TokenTries::TokenTries(const base::Clock& clock)
    : clock_(clock), others_(limits::token_tries_of_address, clock.now()) {}

bool TokenTries::may_try(std::string_view address, std::string_view token) const {
  const base::Instant now = clock_.now();
  if (until_second_of(token, now) == std::chrono::seconds(0)) return true;
  const std::lock_guard lock(mutex_);
  const auto found = addresses_.find(address);
  if (found == addresses_.end() && addresses_.size() < limits::token_tries_remembered) return true;
  TryBudget budget = found == addresses_.end() ? others_ : found->second;
  budget.fill(now);
  return budget.has_one();
}

std::chrono::seconds TokenTries::until_turn(std::string_view token) const {
  const std::chrono::seconds wait = until_second_of(token, clock_.now());
  return wait == std::chrono::seconds(0) ? std::chrono::seconds(limits::token_turn) : wait;
}

void TokenTries::was_wrong(std::string_view address) {
  const std::lock_guard lock(mutex_);
  TryBudget& budget = budget_of(address, clock_.now());
  if (budget.has_one()) budget.take();
}

TryBudget& TokenTries::budget_of(std::string_view address, base::Instant now) {
  auto found = addresses_.find(address);
  if (found == addresses_.end()) {
    // Not for every guess of a flood from everywhere: it looks at all of them.
    if (addresses_.size() >= limits::token_tries_remembered && now - swept_ >= limits::token_tries_sweep) {
      swept_ = now;
      std::erase_if(addresses_, [now](const auto& entry) { return entry.second.is_full_at(now); });
    }
    if (addresses_.size() < limits::token_tries_remembered)
      found = addresses_.emplace(address, TryBudget(limits::token_tries_of_address, now)).first;
  }
  TryBudget& budget = found == addresses_.end() ? others_ : found->second;
  budget.fill(now);
  return budget;
}

}  // namespace art32::identity
