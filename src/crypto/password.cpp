#include "crypto/password.h"

#include <crypt.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "base/assert.h"
#include "crypto/mac.h"
#include "crypto/random.h"

namespace art32::crypto {
namespace {

constexpr std::size_t stored_letters = 60;  // "$2b$12$", 22 of salt, 31 of hash
constexpr int cost_of_format_minimum = 4;
constexpr int cost_of_format_maximum = 31;

// libcrypt's scratch memory: 32 KiB that hold the password, so wiped.
struct CryptMemory {
  crypt_data data{};
  CryptMemory() = default;
  CryptMemory(const CryptMemory&) = delete;
  CryptMemory& operator=(const CryptMemory&) = delete;
  ~CryptMemory() { ::explicit_bzero(&data, sizeof data); }
};

bool is_acceptable(std::string_view password) {
  return !password.empty() && password.size() <= bcrypt_password_octets &&
         password.find('\0') == std::string_view::npos;
}

// Nothing when libcrypt refuses the setting.
std::optional<std::string> bcrypt(std::string_view password, const std::string& setting) {
  std::array<char, bcrypt_password_octets + 1> terminated{};
  ART32_ASSERT(password.size() < terminated.size());
  std::memcpy(terminated.data(), password.data(), password.size());
  const auto memory = std::make_unique<CryptMemory>();
  const char* stored = ::crypt_rn(terminated.data(), setting.c_str(), &memory->data, sizeof memory->data);
  ::explicit_bzero(terminated.data(), terminated.size());
  if (stored == nullptr) return std::nullopt;
  return std::string(stored);
}

bool is_bcrypt_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '.' || letter == '/';
}

}  // namespace

base::Result<std::string> hash_password(std::string_view password, int cost) {
  using base::ErrorCode;
  if (cost < bcrypt_cost_minimum || cost > bcrypt_cost_maximum)
    return base::failure(ErrorCode::invalid_argument, fmt::format("bcrypt cost {} is not in {} to {}", cost,
                                                                  bcrypt_cost_minimum, bcrypt_cost_maximum));
  if (!is_acceptable(password))
    return base::failure(ErrorCode::invalid_argument,
                         fmt::format("a password has 1 to {} octets and no NUL", bcrypt_password_octets),
                         "choose another one; it is never shortened silently");
  const base::Secret salt = random_secret(16);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  const char* made =
      ::crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost), salt.text().data(),
                         static_cast<int>(salt.size()), setting.data(), static_cast<int>(setting.size()));
  ART32_ASSERT(made != nullptr);
  const std::optional<std::string> stored = bcrypt(password, made);
  ART32_ASSERT(stored.has_value() && bcrypt_cost(*stored) == cost);
  return *stored;
}

bool verify_password(std::string_view password, std::string_view stored) {
  const std::optional<int> cost = bcrypt_cost(stored);
  if (!cost || *cost > bcrypt_cost_maximum || !is_acceptable(password)) return false;
  const std::optional<std::string> computed = bcrypt(password, std::string(stored));
  return computed && equal_constant_time(base::as_bytes(*computed), base::as_bytes(stored));
}

std::string decoy_password_hash(int cost) {
  return fmt::format("$2b${:02}$art32.has.no.account.of.this.name.and.no.password.xxx",
                     std::clamp(cost, cost_of_format_minimum, bcrypt_cost_maximum));
}

std::optional<int> bcrypt_cost(std::string_view stored) {
  if (stored.size() != stored_letters || stored.substr(0, 2) != "$2" || stored[3] != '$' || stored[6] != '$')
    return std::nullopt;
  if (stored[2] != 'a' && stored[2] != 'b' && stored[2] != 'y') return std::nullopt;
  for (const char letter : stored.substr(7))
    if (!is_bcrypt_letter(letter)) return std::nullopt;
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (!is_digit(stored[4]) || !is_digit(stored[5])) return std::nullopt;
  const int cost = (stored[4] - '0') * 10 + (stored[5] - '0');
  if (cost < cost_of_format_minimum || cost > cost_of_format_maximum) return std::nullopt;
  return cost;
}

}  // namespace art32::crypto
