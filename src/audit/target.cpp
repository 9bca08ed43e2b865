#include "audit/target.h"

#include "base/bytes.h"
#include "crypto/password.h"
#include "crypto/random.h"

namespace art32::audit {

namespace {

constexpr std::string_view canary_prefix = "canary-";
constexpr std::size_t canary_octets = 8;

}  // namespace

std::string canary_account() {
  return std::string(canary_prefix) + base::hex(crypto::random_bytes(canary_octets));
}

bool is_canary_account(std::string_view name) {
  if (name.substr(0, canary_prefix.size()) != canary_prefix) return false;
  const auto octets = base::from_hex(name.substr(canary_prefix.size()));
  return octets && octets->size() == canary_octets;
}

std::string canary_password() {
  return crypto::random_alphanumeric(crypto::bcrypt_password_octets);
}

}  // namespace art32::audit
