// Ed25519 (RFC 8032): pure, deterministic, 64-octet signatures.
//
// Keys are kept as their 32 octets; the private key wipes itself and moves only.
// Files hold PKCS #8 PEM, mode 0600: load refuses a file others can read.
#pragma once

#include <array>

#include "base/file.h"
#include "base/result.h"
#include "base/secret.h"

namespace art32::crypto {

using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

class Ed25519PrivateKey {
 public:
  static Ed25519PrivateKey generate();
  static base::Result<Ed25519PrivateKey> from_seed(base::ByteView seed);  // RFC 8032 section 5.1.5
  // `permission` when the mode is wider than 0600, `corrupt` when it isn't such a key.
  static base::Result<Ed25519PrivateKey> load(const base::Path& pem_file);

  base::Status save(const base::Path& pem_file) const;  // durable, mode 0600
  const Ed25519PublicKey& public_key() const { return public_key_; }
  Ed25519Signature sign(base::ByteView message) const;

 private:
  Ed25519PrivateKey(base::Secret seed, Ed25519PublicKey public_key);
  base::Secret seed_;
  Ed25519PublicKey public_key_;
};

bool verify(const Ed25519PublicKey& key, base::ByteView message, base::ByteView signature);

}  // namespace art32::crypto
