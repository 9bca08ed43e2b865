#include "crypto/aead.h"

#include "base/assert.h"
#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return fetched;
}

int checked_size(base::ByteView bytes) {
  ART32_ASSERT(bytes.size() <= 1U << 30);
  return static_cast<int>(bytes.size());
}

CipherContext make_context(base::ByteView key, base::ByteView nonce) {
  ART32_ASSERT(key.size() == aead_key_octets);
  ART32_ASSERT(nonce.size() == aead_nonce_octets);
  CipherContext context(EVP_CIPHER_CTX_new());
  require(context != nullptr, "EVP_CIPHER_CTX_new");
  return context;
}

}  // namespace

base::Bytes aead_seal(base::ByteView key, base::ByteView nonce, base::ByteView plain,
                      base::ByteView associated) {
  const CipherContext context = make_context(key, nonce);
  require(EVP_EncryptInit_ex2(context.get(), algorithm(), key.data(), nonce.data(), nullptr) == 1,
          "EVP_EncryptInit_ex2");
  int count = 0;
  if (!associated.empty())
    require(
        EVP_EncryptUpdate(context.get(), nullptr, &count, associated.data(), checked_size(associated)) == 1,
        "EVP_EncryptUpdate");
  base::Bytes sealed(plain.size() + aead_tag_octets);
  if (!plain.empty())
    require(EVP_EncryptUpdate(context.get(), sealed.data(), &count, plain.data(), checked_size(plain)) == 1,
            "EVP_EncryptUpdate");
  std::uint8_t* tag = sealed.data() + plain.size();
  require(EVP_EncryptFinal_ex(context.get(), tag, &count) == 1, "EVP_EncryptFinal_ex");
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, aead_tag_octets, tag) == 1,
          "EVP_CTRL_AEAD_GET_TAG");
  return sealed;
}

base::Result<base::Bytes> aead_open(base::ByteView key, base::ByteView nonce, base::ByteView sealed,
                                    base::ByteView associated) {
  const auto refused = [] {
    return base::failure(base::ErrorCode::corrupt, "the authentication tag doesn't fit",
                         "the data or its key was altered: restore both from a backup");
  };
  if (sealed.size() < aead_tag_octets) return refused();
  const base::ByteView cipher = sealed.first(sealed.size() - aead_tag_octets);
  base::Bytes tag(sealed.end() - aead_tag_octets, sealed.end());
  const CipherContext context = make_context(key, nonce);
  require(EVP_DecryptInit_ex2(context.get(), algorithm(), key.data(), nonce.data(), nullptr) == 1,
          "EVP_DecryptInit_ex2");
  int count = 0;
  if (!associated.empty())
    require(
        EVP_DecryptUpdate(context.get(), nullptr, &count, associated.data(), checked_size(associated)) == 1,
        "EVP_DecryptUpdate");
  base::Bytes plain(cipher.size());
  if (!cipher.empty())
    require(EVP_DecryptUpdate(context.get(), plain.data(), &count, cipher.data(), checked_size(cipher)) == 1,
            "EVP_DecryptUpdate");
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, aead_tag_octets, tag.data()) == 1,
          "EVP_CTRL_AEAD_SET_TAG");
  std::uint8_t nothing = 0;
  if (EVP_DecryptFinal_ex(context.get(), &nothing, &count) != 1) {
    OPENSSL_cleanse(plain.data(), plain.size());
    return refused();
  }
  return plain;
}

}  // namespace art32::crypto
