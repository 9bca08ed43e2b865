// Passwords as bcrypt (libcrypt, "$2b$"), the stored form that the annex promises.
//
// bcrypt reads 72 octets and stops at NUL: longer passwords and ones with NUL
// are refused, never cut. Hashing takes tens of milliseconds on purpose: keep it
// off event loops. Any thread.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace art32::crypto {

inline constexpr int bcrypt_cost_minimum = 10;
inline constexpr int bcrypt_cost_maximum = 16;
inline constexpr std::size_t bcrypt_password_octets = 72;

// `invalid_argument` for an empty or over-long password, one with NUL, or a cost out of range.
base::Result<std::string> hash_password(std::string_view password, int cost);

// False for a wrong password, one that hash_password refuses, or a stored form
// that isn't bcrypt ($2a$, $2b$, $2y$) of at most the maximal cost: a higher one
// would hold a thread for minutes. Constant time in the stored hash.
bool verify_password(std::string_view password, std::string_view stored);

// Well formed, and no password's hash: checked where there is none to check, so that the time
// of a refusal doesn't tell who exists. `cost` is brought into the range that verify_password takes.
std::string decoy_password_hash(int cost);

// The cost of a well-formed bcrypt string (60 characters, $2a/$2b/$2y), else nothing.
std::optional<int> bcrypt_cost(std::string_view stored);

}  // namespace art32::crypto
