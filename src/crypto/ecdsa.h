// ECDSA over P-256 with SHA-256 (FIPS 186-5 section 6.4.2): checks what others signed, such as
// GitHub's reports of tokens in public.
//
// A key copies cheaply and never changes; any thread.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::crypto {

class EcdsaPublicKey {
 public:
  // A SubjectPublicKeyInfo in PEM (RFC 7468 section 13). `corrupt` when it isn't one, or on another curve.
  static base::Result<EcdsaPublicKey> parse(std::string_view pem);

  // `signature` is the Ecdsa-Sig-Value of RFC 3279 section 2.2.3, in DER and nothing after it.
  bool verify(base::ByteView message, base::ByteView signature) const;

 private:
  struct Key;
  explicit EcdsaPublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

}  // namespace art32::crypto
