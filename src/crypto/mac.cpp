#include "crypto/mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

MacContext make_context() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  require(algorithm != nullptr, "EVP_MAC_fetch");
  MacContext context(EVP_MAC_CTX_new(algorithm));
  require(context != nullptr, "EVP_MAC_CTX_new");
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  require(EVP_MAC_CTX_set_params(context.get(), parameters) == 1, "EVP_MAC_CTX_set_params");
  return context;
}

void begin(EVP_MAC_CTX* context, base::ByteView key) {
  // OpenSSL reads a null key as "keep the one set before".
  const std::uint8_t empty = 0;
  const std::uint8_t* data = key.empty() ? &empty : key.data();
  require(EVP_MAC_init(context, data, key.size(), nullptr) == 1, "EVP_MAC_init");
}

}  // namespace

Digest hmac_sha256(base::ByteView key, base::ByteView message) {
  return hmac_sha256(key, {message});
}

Digest hmac_sha256(base::ByteView key, std::initializer_list<base::ByteView> parts) {
  // One for each thread: making it looks the algorithm up, which takes longer than a short message.
  thread_local const MacContext context = make_context();
  begin(context.get(), key);
  for (const base::ByteView part : parts)
    require(EVP_MAC_update(context.get(), part.data(), part.size()) == 1, "EVP_MAC_update");
  Digest digest{};
  std::size_t written_size = 0;
  require(EVP_MAC_final(context.get(), digest.data(), &written_size, digest.size()) == 1, "EVP_MAC_final");
  begin(context.get(), {});  // no key stays behind
  return digest;
}

bool equal_constant_time(base::ByteView a, base::ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace art32::crypto
