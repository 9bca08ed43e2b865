// Tokens that were used lately, so that most look-ups ask no database.
//
// Shared by the lists whose changes end a token (Teams, Users, Memberships, PersonalTokens):
// each forgets here what it has changed, after the change and before it returns. Whoever reads a token
// from the database puts it here while still holding the database's mutex; a token that is
// ended meanwhile is therefore put before it is forgotten, and never stays.
//
// Bounded: the token that wasn't used for longest goes. Holds digests, no token. Any thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/limits.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "identity/abilities.h"
#include "identity/ids.h"

namespace art32::identity {

// Whose token it is, and what it may do: what a claim is made from.
struct TokenHolder {
  TokenId token;
  Member member;
  std::string name;  // of the token
  Abilities abilities;

  // The token acts, for its user.
  model::Actor actor() const { return {model::ActorKind::token, std::to_string(token.value)}; }
};

// Of a token whose user and team are there and allowed in.
struct KnownToken {
  crypto::Digest digest;  // SHA-256 of the token without its id
  TokenHolder holder;
  base::Instant created;
  std::optional<base::Instant> expires;
};

class TokenCache {
 public:
  explicit TokenCache(std::size_t most = base::limits::token_cache_entries) : most_(most) {}

  // Compares in constant time. Null where it isn't known.
  std::shared_ptr<const KnownToken> find(const crypto::Digest& digest);
  void put(std::shared_ptr<const KnownToken> token);
  void forget(const crypto::Digest& digest);
  void clear();
  std::size_t size() const;

 private:
  using Order = std::list<std::shared_ptr<const KnownToken>>;

  const std::size_t most_;
  mutable std::mutex mutex_;
  Order order_;  // the last one used first
  // By the first octets of the digest: of two that share them, the later is known.
  std::unordered_map<std::uint64_t, Order::iterator> places_;
};

}  // namespace art32::identity
