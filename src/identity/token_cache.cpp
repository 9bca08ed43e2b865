#include "identity/token_cache.h"

#include "base/bytes.h"
#include "crypto/mac.h"

namespace art32::identity {

std::shared_ptr<const KnownToken> TokenCache::find(const crypto::Digest& digest) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(base::get_u64(digest));
  if (place == places_.end() || !crypto::equal_constant_time((*place->second)->digest, digest))
    return nullptr;
  order_.splice(order_.begin(), order_, place->second);
  return order_.front();
}

void TokenCache::put(std::shared_ptr<const KnownToken> token) {
  if (most_ == 0) return;
  const std::uint64_t key = base::get_u64(token->digest);
  const std::lock_guard lock(mutex_);
  if (const auto place = places_.find(key); place != places_.end()) {
    *place->second = std::move(token);
    order_.splice(order_.begin(), order_, place->second);
    return;
  }
  if (order_.size() >= most_) {
    places_.erase(base::get_u64(order_.back()->digest));
    order_.pop_back();
  }
  order_.push_front(std::move(token));
  places_.emplace(key, order_.begin());
}

void TokenCache::forget(const crypto::Digest& digest) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(base::get_u64(digest));
  if (place == places_.end()) return;
  order_.erase(place->second);
  places_.erase(place);
}

void TokenCache::clear() {
  Order ended;  // freed after the mutex
  const std::lock_guard lock(mutex_);
  places_.clear();
  order_.swap(ended);
}

std::size_t TokenCache::size() const {
  const std::lock_guard lock(mutex_);
  return order_.size();
}

}  // namespace art32::identity
