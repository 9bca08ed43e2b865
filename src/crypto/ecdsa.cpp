#include "crypto/ecdsa.h"

#include <openssl/err.h>

#include <array>

#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

constexpr std::size_t longest_signature = 72;  // two numbers of 33 octets, each with 2, and 2 more

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

}  // namespace

struct EcdsaPublicKey::Key {
  KeyPointer key;
};

base::Result<EcdsaPublicKey> EcdsaPublicKey::parse(std::string_view pem) {
  KeyPointer key = read_public_key(pem);
  if (!key || !is_p256(key.get())) {
    ERR_clear_error();
    return base::failure(base::ErrorCode::corrupt, "that isn't a public key on the curve P-256 (PEM)",
                         "take the key anew from whoever signs");
  }
  return EcdsaPublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

bool EcdsaPublicKey::verify(base::ByteView message, base::ByteView signature) const {
  if (signature.empty() || signature.size() > longest_signature) return false;
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  require(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->key.get()) == 1,
          "EVP_DigestVerifyInit");
  const bool is_right = EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                         message.size()) == 1;
  if (!is_right) ERR_clear_error();
  return is_right;
}

}  // namespace art32::crypto
