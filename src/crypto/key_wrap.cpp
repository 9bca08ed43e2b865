#include "crypto/key_wrap.h"

#include <openssl/err.h>

#include "base/assert.h"
#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

constexpr std::size_t key_octets = 32;

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-WRAP", nullptr);
  return fetched;
}

CipherContext make_context(base::ByteView wrapping_key) {
  ART32_ASSERT(wrapping_key.size() == key_octets);
  CipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "EVP_CIPHER_CTX_new");
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  return context;
}

}  // namespace

base::Bytes wrap_key(base::ByteView wrapping_key, base::ByteView key) {
  ART32_ASSERT(key.size() == key_octets);
  const CipherContext context = make_context(wrapping_key);
  base::Bytes wrapped(wrapped_key_octets);
  int count = 0;
  require(EVP_EncryptInit_ex2(context.get(), algorithm(), wrapping_key.data(), nullptr, nullptr) == 1,
          "EVP_EncryptInit_ex2");
  require(EVP_EncryptUpdate(context.get(), wrapped.data(), &count, key.data(), key_octets) == 1,
          "EVP_EncryptUpdate");
  ART32_ASSERT(count == static_cast<int>(wrapped_key_octets));
  return wrapped;
}

base::Result<base::Secret> unwrap_key(base::ByteView wrapping_key, base::ByteView wrapped) {
  const auto refused = [] {
    return base::failure(base::ErrorCode::corrupt, "the wrapped key doesn't open with this key",
                         "use the key file it was wrapped with, or restore both from a backup");
  };
  if (wrapped.size() != wrapped_key_octets) return refused();
  const CipherContext context = make_context(wrapping_key);
  require(EVP_DecryptInit_ex2(context.get(), algorithm(), wrapping_key.data(), nullptr, nullptr) == 1,
          "EVP_DecryptInit_ex2");
  base::Bytes key(wrapped_key_octets);
  int count = 0;
  const int success =
      EVP_DecryptUpdate(context.get(), key.data(), &count, wrapped.data(), static_cast<int>(wrapped.size()));
  if (success != 1 || count != static_cast<int>(key_octets)) {
    OPENSSL_cleanse(key.data(), key.size());
    ERR_clear_error();
    return refused();
  }
  key.resize(key_octets);
  return base::Secret(std::move(key));
}

}  // namespace art32::crypto
