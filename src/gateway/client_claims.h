// Whom a client acts for: what its log-in said, what it SET since, and what it SET for the
// transaction under way, which counts first. As with any setting, what was SET in a transaction
// that is rolled back wasn't SET.
//
// A value of its ClientSession, where the database is separated by team; worker's thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "gateway/claim_statement.h"
#include "gateway/server_entry.h"
#include "gateway/session_settings.h"

namespace art32::gateway {

class ClientClaims {
 public:
  struct Standing {
    ClaimPointer claim;
    std::chrono::steady_clock::time_point end = std::chrono::steady_clock::time_point::max();
  };

  explicit ClientClaims(Standing log_in) : log_in_(log_in), session_(std::move(log_in)) {}

  const Standing& now() const { return transaction_ ? *transaction_ : session_; }
  const Standing& log_in() const { return log_in_; }
  // Only until the transaction under way ends.
  bool is_of_transaction() const { return transaction_.has_value(); }
  void set(Standing standing, ClaimStatement::Scope scope, bool in_transaction);
  void transaction_ended(bool was_rolled_back);
  // Back to what the log-in said.
  void discard();
  // Nobody's, once the transaction under way is over.
  void forget() {
    session_ = {};
    after_commit_.reset();
  }

  // Whether its team was looked up among the removed ones, when that many were.
  bool was_looked_up(std::uint64_t removals) const {
    return looked_up_at_ == removals && looked_up_ == now().claim;
  }
  void looked_up(std::uint64_t removals) {
    looked_up_ = now().claim;
    looked_up_at_ = removals;
  }

  // What the client SET before it had a claim: what holds for each team that it acts for.
  std::optional<SettingsId> settings_of_all;

  // A portal that is bound to one of these statements.
  struct Bound {
    std::string portal;
    ClaimStatement statement;
  };
  std::optional<Bound> bound;

 private:
  Standing log_in_, session_;
  std::optional<Standing> transaction_;
  std::optional<Standing> after_commit_;
  ClaimPointer looked_up_;  // null is nobody, whom nobody removes
  std::uint64_t looked_up_at_ = 0;
};

// "": nobody's.
std::string_view team_of(const ClaimPointer& claim);

}  // namespace art32::gateway
