#include "crypto/api_token.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/mac.h"
#include "crypto/random.h"

namespace art32::crypto {
namespace {

constexpr std::size_t random_letters = 40;
constexpr std::size_t checksum_letters = 8;
constexpr std::size_t most_prefix_letters = 32;
constexpr std::uint32_t reflected_polynomial = 0xedb88320;

bool is_letter_or_digit(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z');
}

}  // namespace

std::string api_token_checksum(std::string_view random_part) {
  std::uint32_t remainder = 0xffffffff;
  for (const std::uint8_t octet : base::as_bytes(random_part)) {
    remainder ^= octet;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1) ^ ((remainder & 1U) != 0 ? reflected_polynomial : 0U);
  }
  return fmt::format("{:08x}", ~remainder);
}

bool is_api_token_prefix(std::string_view prefix) {
  return prefix.size() <= most_prefix_letters && std::ranges::all_of(prefix, [](char letter) {
           return is_letter_or_digit(letter) || letter == '_' || letter == '-';
         });
}

base::Secret make_api_token(std::string_view prefix) {
  std::string random_part = random_alphanumeric(random_letters);
  base::Bytes token = base::to_bytes(prefix);
  // One allocation: growing would leave a copy of the token in freed memory.
  token.reserve(prefix.size() + random_letters + checksum_letters);
  base::append(token, base::as_bytes(random_part));
  base::append(token, base::as_bytes(api_token_checksum(random_part)));
  ::explicit_bzero(random_part.data(), random_part.size());
  return base::Secret(std::move(token));
}

base::Secret join_api_token(std::int64_t id, const base::Secret& token) {
  const std::string start = fmt::format("{}|", id);
  base::Bytes joined;
  joined.reserve(start.size() + token.size());
  base::append(joined, base::as_bytes(start));
  base::append(joined, token.view());
  return base::Secret(std::move(joined));
}

bool is_api_token_form(std::string_view token, std::string_view prefix) {
  if (token.size() != prefix.size() + random_letters + checksum_letters || !token.starts_with(prefix))
    return false;
  const std::string_view random_part = token.substr(prefix.size(), random_letters);
  return std::ranges::all_of(random_part, is_letter_or_digit) &&
         token.substr(prefix.size() + random_letters) == api_token_checksum(random_part);
}

std::string api_token_hash(std::string_view token) {
  return sha256_hex(token);
}

bool is_api_token_hash(std::string_view stored) {
  return stored.size() == 64 && std::ranges::all_of(stored, [](char letter) {
           return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
         });
}

bool api_token_matches(std::string_view token, std::string_view stored_hash) {
  return is_api_token_hash(stored_hash) &&
         equal_constant_time(base::as_bytes(api_token_hash(token)), base::as_bytes(stored_hash));
}

std::optional<PresentedToken> parse_api_token(std::string_view presented) {
  PresentedToken parsed{std::nullopt, presented};
  if (const std::size_t pipe = presented.find('|'); pipe != std::string_view::npos) {
    parsed.id = base::parse_number(presented.substr(0, pipe));
    if (!parsed.id) return std::nullopt;
    parsed.token = presented.substr(pipe + 1);
  }
  if (parsed.token.empty()) return std::nullopt;
  return parsed;
}

}  // namespace art32::crypto
