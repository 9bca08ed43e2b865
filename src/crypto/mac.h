// HMAC-SHA-256 (RFC 2104) and a comparison whose time tells nothing.
// The parts of the second form are hashed one after the other, as if joined. Any thread.
#pragma once

#include <initializer_list>

#include "crypto/digest.h"

namespace art32::crypto {

Digest hmac_sha256(base::ByteView key, base::ByteView message);
Digest hmac_sha256(base::ByteView key, std::initializer_list<base::ByteView> parts);

bool equal_constant_time(base::ByteView a, base::ByteView b);

}  // namespace art32::crypto
