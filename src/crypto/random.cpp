#include "crypto/random.h"

#include <openssl/rand.h>

#include <array>
#include <cstring>

#include "crypto/openssl.h"

namespace art32::crypto {

void fill_random(std::span<std::uint8_t> target) {
  require(target.size() <= 1U << 30 && RAND_bytes(target.data(), static_cast<int>(target.size())) == 1,
          "RAND_bytes");
}

base::Bytes random_bytes(std::size_t count) {
  base::Bytes bytes(count);
  fill_random(bytes);
  return bytes;
}

base::Secret random_secret(std::size_t count) {
  return base::Secret(random_bytes(count));
}

std::string random_alphanumeric(std::size_t count) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // The largest multiple of 62 that fits an octet: what lies above would make
  // the first letters likelier than the rest.
  constexpr std::size_t unbiased = 256 / alphabet.size() * alphabet.size();
  std::string text;
  text.reserve(count);
  std::array<std::uint8_t, 64> pool{};
  while (text.size() < count) {
    fill_random(pool);
    for (const std::uint8_t octet : pool)
      if (octet < unbiased && text.size() < count) text += alphabet[octet % alphabet.size()];
  }
  ::explicit_bzero(pool.data(), pool.size());
  return text;
}

}  // namespace art32::crypto
