#include "crypto/pbkdf2.h"

#include <climits>

#include "base/assert.h"
#include "crypto/openssl.h"

namespace art32::crypto {

base::Secret pbkdf2_sha256(base::ByteView password, base::ByteView salt, unsigned iterations,
                           std::size_t octets) {
  ART32_ASSERT(iterations > 0 && iterations <= INT_MAX && octets > 0 && octets <= 1U << 20);
  ART32_ASSERT(password.size() <= 1U << 30 && salt.size() <= 1U << 30);
  // OpenSSL takes a null pointer for a salt that was forgotten, even when it has no octets.
  const std::uint8_t empty = 0;
  base::Bytes key(octets);
  require(PKCS5_PBKDF2_HMAC(base::as_text(password).data(), static_cast<int>(password.size()),
                            salt.empty() ? &empty : salt.data(), static_cast<int>(salt.size()),
                            static_cast<int>(iterations), EVP_sha256(), static_cast<int>(octets),
                            key.data()) == 1,
          "PKCS5_PBKDF2_HMAC");
  return base::Secret(std::move(key));
}

}  // namespace art32::crypto
