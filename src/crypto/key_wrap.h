// AES-256 key wrap (RFC 3394): a 32-octet key under another, 40 octets long,
// with an integrity check of its own.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace art32::crypto {

inline constexpr std::size_t wrapped_key_octets = 40;

base::Bytes wrap_key(base::ByteView wrapping_key, base::ByteView key);
base::Result<base::Secret> unwrap_key(base::ByteView wrapping_key, base::ByteView wrapped);

}  // namespace art32::crypto
