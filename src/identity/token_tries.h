// How many wrong tokens an address may show in a minute before those that aren't known at once
// are looked up only now and then: a flood of guesses then costs few looks into the database.
//
// Whoever shows a token that was used lately doesn't notice, and another one has its turn within
// limits::token_turn. In memory, bounded: past so many
// addresses the rest share one budget. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"
#include "identity/try_budget.h"

namespace art32::identity {

class TokenTries {
 public:
  explicit TokenTries(const base::Clock& clock);

  bool may_try(std::string_view address, std::string_view token) const;
  // Until its turn comes, whatever the address has done: 1 s to limits::token_turn.
  std::chrono::seconds until_turn(std::string_view token) const;
  void was_wrong(std::string_view address);

 private:
  TryBudget& budget_of(std::string_view address, base::Instant now);

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, TryBudget, std::less<>> addresses_;
  TryBudget others_;
  base::Instant swept_;
};

}  // namespace art32::identity
