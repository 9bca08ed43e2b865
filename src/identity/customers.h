// What an installation knows of its customers: teams, users, who is of which, and their API
// tokens, over one cache of tokens that each of them keeps true.
//
// The store outlives it. Doesn't move: the lists refer to the cache. Any thread.
#pragma once

#include <string_view>
#include <vector>

#include "identity/memberships.h"
#include "identity/personal_tokens.h"
#include "identity/teams.h"
#include "identity/token_cache.h"
#include "identity/token_import.h"
#include "identity/users.h"

namespace art32::identity {

class Customers {
 private:
  SealedStore store_;
  TokenCache cache_;  // before those that keep it

 public:
  // `token_prefix`: what tokens issued here begin with, crypto::is_api_token_prefix.
  Customers(const SealedStore& store, std::string_view token_prefix, int bcrypt_cost)
      : store_(store),
        teams(store, cache_),
        users(store, cache_, bcrypt_cost),
        memberships(store, cache_),
        tokens(store, cache_, token_prefix) {}
  Customers(const Customers&) = delete;
  Customers& operator=(const Customers&) = delete;

  static std::vector<store::Migration> migrations();

  base::Result<Imported> import_tokens(std::span<const TokenRow> rows, const FindHolder& find_holder,
                                       ImportMode mode) {
    return identity::import_tokens(store_, rows, find_holder, mode);
  }

  Teams teams;
  Users users;
  Memberships memberships;
  PersonalTokens tokens;
};

}  // namespace art32::identity
