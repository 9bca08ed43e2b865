#include "gateway/client_claims.h"

#include <utility>

namespace art32::gateway {

void ClientClaims::set(Standing standing, ClaimStatement::Scope scope, bool in_transaction) {
  if (!in_transaction) {
    if (scope == ClaimStatement::Scope::session) session_ = std::move(standing);
    return;
  }
  if (scope == ClaimStatement::Scope::session) after_commit_ = standing;
  transaction_ = std::move(standing);
}

void ClientClaims::transaction_ended(bool was_rolled_back) {
  transaction_.reset();
  if (const auto kept = std::exchange(after_commit_, std::nullopt); kept && !was_rolled_back)
    session_ = *kept;
}

void ClientClaims::discard() {
  session_ = log_in_;
  transaction_.reset();
  after_commit_.reset();
  bound.reset();
}

std::string_view team_of(const ClaimPointer& claim) {
  return claim ? std::string_view(claim->team.value) : std::string_view();
}

}  // namespace art32::gateway
