#include "identity/token_uses.h"

namespace art32::identity {

void TokenUses::note(TokenId token, base::Instant at) {
  const std::lock_guard lock(mutex_);
  if (const auto found = last_.find(token.value); found != last_.end()) {
    found->second = at;
  } else if (last_.size() < most_) {
    last_.emplace(token.value, at);
  } else {
    ++dropped_;
  }
}

std::vector<TokenUses::Use> TokenUses::take(std::size_t count) {
  std::vector<Use> taken;
  const std::lock_guard lock(mutex_);
  for (auto next = last_.begin(); next != last_.end() && taken.size() < count; next = last_.erase(next))
    taken.emplace_back(TokenId(next->first), next->second);
  return taken;
}

void TokenUses::put_back(const std::vector<Use>& uses) {
  const std::lock_guard lock(mutex_);
  for (const auto& [token, at] : uses) {
    if (last_.size() >= most_ && !last_.contains(token.value)) {
      ++dropped_;
    } else {
      last_.try_emplace(token.value, at);
    }
  }
}

std::size_t TokenUses::waiting() const {
  const std::lock_guard lock(mutex_);
  return last_.size();
}

std::uint64_t TokenUses::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace art32::identity
