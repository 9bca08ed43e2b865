// API tokens as the gateway takes them in place of a password.
//
// Shared with whoever lets people in, who may outlive the tokens: after close() it can't tell.
// Any thread; waits for the database where a token wasn't used lately.
#pragma once

#include <shared_mutex>

#include "identity/personal_tokens.h"
#include "model/bearers.h"

namespace art32::identity {

class TokenBearers final : public model::Bearers {
 public:
  explicit TokenBearers(PersonalTokens& tokens) : tokens_(&tokens) {}

  base::Result<std::optional<model::Bearer>> find(std::string_view token) override;
  base::Result<bool> still_holds(const model::Bearer& bearer) override;
  void close();  // waits for calls under way

 private:
  std::shared_mutex mutex_;
  PersonalTokens* tokens_;
};

}  // namespace art32::identity
