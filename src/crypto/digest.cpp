#include "crypto/digest.h"

#include "base/assert.h"
#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

// Fetched once: looking an algorithm up costs OpenSSL 3 more than hashing a
// small leaf. Never freed, since contexts of other threads may outlive main().
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

Sha256& this_threads_hasher() {
  thread_local Sha256 hasher;
  return hasher;
}

}  // namespace

struct Sha256::State {
  DigestContext context{EVP_MD_CTX_new()};

  void start() {
    require(EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1, "EVP_DigestInit_ex2");
  }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(state_->context != nullptr, "EVP_MD_CTX_new");
  state_->start();
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(base::ByteView bytes) {
  ART32_ASSERT(state_ != nullptr);
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1, "EVP_DigestUpdate");
  return *this;
}

Digest Sha256::finish() {
  ART32_ASSERT(state_ != nullptr);
  Digest digest{};
  require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1, "EVP_DigestFinal_ex");
  state_->start();
  return digest;
}

Digest sha256(base::ByteView bytes) {
  return this_threads_hasher().update(bytes).finish();
}

Digest sha256(std::initializer_list<base::ByteView> parts) {
  Sha256& hasher = this_threads_hasher();
  for (const base::ByteView part : parts)
    hasher.update(part);
  return hasher.finish();
}

std::string sha256_hex(std::string_view text) {
  return base::hex(sha256(base::as_bytes(text)));
}

}  // namespace art32::crypto
