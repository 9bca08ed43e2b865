// A key from a password: PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2).
//
// Slow on purpose, about a microsecond for every two iterations: keep it off
// event loops. Pure; any thread.
#pragma once

#include "base/secret.h"

namespace art32::crypto {

// `iterations` and `octets` are positive; the caller has bounded both.
base::Secret pbkdf2_sha256(base::ByteView password, base::ByteView salt, unsigned iterations,
                           std::size_t octets);

}  // namespace art32::crypto
