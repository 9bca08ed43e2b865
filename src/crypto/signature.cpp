#include "crypto/signature.h"

#include <fmt/core.h>
#include <openssl/err.h>

#include "base/assert.h"
#include "crypto/openssl.h"
#include "crypto/private_file.h"
#include "crypto/random.h"

namespace art32::crypto {
namespace {

constexpr std::size_t seed_octets = 32;

KeyPointer private_key(base::ByteView seed) {
  KeyPointer key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  require(key != nullptr, "EVP_PKEY_new_raw_private_key");
  return key;
}

Ed25519PublicKey derive_public_key(base::ByteView seed) {
  Ed25519PublicKey derived{};
  std::size_t size = derived.size();
  require(EVP_PKEY_get_raw_public_key(private_key(seed).get(), derived.data(), &size) == 1,
          "EVP_PKEY_get_raw_public_key");
  ART32_ASSERT(size == derived.size());
  return derived;
}

}  // namespace

Ed25519PrivateKey::Ed25519PrivateKey(base::Secret seed, Ed25519PublicKey public_key)
    : seed_(std::move(seed)), public_key_(public_key) {}

Ed25519PrivateKey Ed25519PrivateKey::generate() {
  base::Secret seed = random_secret(seed_octets);
  const Ed25519PublicKey derived = derive_public_key(seed.view());
  return Ed25519PrivateKey(std::move(seed), derived);
}

base::Result<Ed25519PrivateKey> Ed25519PrivateKey::from_seed(base::ByteView seed) {
  if (seed.size() != seed_octets)
    return base::failure(base::ErrorCode::invalid_argument,
                         fmt::format("an Ed25519 seed has 32 octets, not {}", seed.size()));
  return Ed25519PrivateKey(base::Secret(base::Bytes(seed.begin(), seed.end())), derive_public_key(seed));
}

base::Result<Ed25519PrivateKey> Ed25519PrivateKey::load(const base::Path& pem_file) {
  ART32_ASSIGN(const base::Secret pem, load_private_file(pem_file));
  const KeyPointer key = read_private_key(pem.text());
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519)
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("{} is not an Ed25519 private key (PKCS #8, PEM)", pem_file.string()),
                         "restore the key from your backup");
  base::Bytes seed(seed_octets);
  std::size_t size = seed.size();
  require(EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &size) == 1 && size == seed_octets,
          "EVP_PKEY_get_raw_private_key");
  const base::Secret owned(std::move(seed));
  return from_seed(owned.view());
}

base::Status Ed25519PrivateKey::save(const base::Path& pem_file) const {
  const base::Secret pem = write_private_key(private_key(seed_.view()).get());
  return save_private_file(pem_file, pem.view());
}

Ed25519Signature Ed25519PrivateKey::sign(base::ByteView message) const {
  const KeyPointer key = private_key(seed_.view());
  const DigestContext context(EVP_MD_CTX_new());
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  require(context != nullptr, "EVP_MD_CTX_new");
  require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1, "EVP_DigestSignInit");
  require(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1,
          "EVP_DigestSign");
  ART32_ASSERT(size == signature.size());
  return signature;
}

bool verify(const Ed25519PublicKey& key, base::ByteView message, base::ByteView signature) {
  if (signature.size() != std::tuple_size_v<Ed25519Signature>) return false;
  const KeyPointer public_key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  require(public_key != nullptr, "EVP_PKEY_new_raw_public_key");
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1,
          "EVP_DigestVerifyInit");
  const bool holds = EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                      message.size()) == 1;
  // A key that is no point of the curve fails here too; leave no stale error behind.
  if (!holds) ERR_clear_error();
  return holds;
}

}  // namespace art32::crypto
