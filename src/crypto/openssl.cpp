#include "crypto/openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>

#include "base/assert.h"

namespace art32::crypto {
namespace {

int refuse_pass_phrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

void require(bool success, const char* call) {
  if (success) [[likely]]
    return;
  std::fprintf(stderr, "art32: %s failed: %s\n", call, ERR_reason_error_string(ERR_peek_last_error()));
  std::abort();
}

BioPointer reading_bio(std::string_view text) {
  ART32_ASSERT(text.size() <= 1U << 30);
  // OpenSSL refuses a null pointer even for no octets at all.
  BioPointer bio(BIO_new_mem_buf(text.empty() ? "" : text.data(), static_cast<int>(text.size())));
  require(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

BioPointer writing_bio() {
  BioPointer bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr, "BIO_new");
  return bio;
}

std::string_view written(const BioPointer& bio) {
  char* begin = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &begin);
  return {begin, static_cast<std::size_t>(size)};
}

KeyPointer read_private_key(std::string_view pem) {
  const BioPointer bio = reading_bio(pem);
  KeyPointer key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_pass_phrase, nullptr));
  if (!key) ERR_clear_error();
  return key;
}

KeyPointer read_public_key(std::string_view pem) {
  const BioPointer bio = reading_bio(pem);
  KeyPointer key(PEM_read_bio_PUBKEY(bio.get(), nullptr, refuse_pass_phrase, nullptr));
  if (!key) ERR_clear_error();
  return key;
}

base::Secret write_private_key(EVP_PKEY* key) {
  const BioPointer bio = writing_bio();
  require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "PEM_write_bio_PKCS8PrivateKey");
  return base::Secret(written(bio));
}

}  // namespace art32::crypto
