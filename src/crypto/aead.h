// AES-256-GCM for single small records (NIST SP 800-38D): 32-octet key,
// 12-octet nonce never used twice under one key, 16-octet tag at the end.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace art32::crypto {

inline constexpr std::size_t aead_key_octets = 32;
inline constexpr std::size_t aead_nonce_octets = 12;
inline constexpr std::size_t aead_tag_octets = 16;

// Ciphertext and tag.
base::Bytes aead_seal(base::ByteView key, base::ByteView nonce, base::ByteView plain,
                      base::ByteView associated);
// `corrupt` when the tag doesn't fit key, nonce, ciphertext and associated data.
base::Result<base::Bytes> aead_open(base::ByteView key, base::ByteView nonce, base::ByteView sealed,
                                    base::ByteView associated);

}  // namespace art32::crypto
