// Unpredictable octets from the operating system's generator by OpenSSL.
// Aborts if it fails: there is no safe way to go on.
#pragma once

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"

namespace art32::crypto {

void fill_random(std::span<std::uint8_t> target);
base::Bytes random_bytes(std::size_t count);
base::Secret random_secret(std::size_t count);
// Letters and digits (62 of them), unbiased.
std::string random_alphanumeric(std::size_t count);

}  // namespace art32::crypto
