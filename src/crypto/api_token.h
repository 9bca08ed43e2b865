// API tokens in Laravel Sanctum 4's form: the client holds "id|token", where
// token = prefix + 40 random letters and digits + crc32b of those 40 in hex;
// stored is the lower-case hex SHA-256 of everything after the pipe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace art32::crypto {

// At most 32 of A-Z a-z 0-9 _ -; empty is one too.
bool is_api_token_prefix(std::string_view prefix);
base::Secret make_api_token(std::string_view prefix);  // without the "id|"
// "id|token", as its holder sees it.
base::Secret join_api_token(std::int64_t id, const base::Secret& token);
// Whether it is one that make_api_token(prefix) could have made, by length, letters and checksum.
bool is_api_token_form(std::string_view token, std::string_view prefix);
std::string api_token_checksum(
    std::string_view random_part);                   // CRC-32 (ISO 3309), 8 hex digits; PHP's crc32b
std::string api_token_hash(std::string_view token);  // 64 hex digits
bool is_api_token_hash(std::string_view stored);     // exactly 64 lower-case hex digits
bool api_token_matches(std::string_view token, std::string_view stored_hash);  // constant time

// "id|token" → id and token; without a pipe, no id. Nothing when the id isn't
// digits or the token is empty. Borrows from `presented`.
struct PresentedToken {
  std::optional<std::uint64_t> id;
  std::string_view token;
};
std::optional<PresentedToken> parse_api_token(std::string_view presented);

}  // namespace art32::crypto
