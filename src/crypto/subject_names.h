// The names a certificate is for (RFC 5280 section 4.2.1.6), as text and as
// OpenSSL's objects. For certificate.cpp only. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/openssl.h"

namespace art32::crypto {

// DNS names ("*.example.org" too) and IP addresses, at least one; `invalid_argument`
// names the one that is neither.
base::Result<NamesPointer> encode_names(const std::vector<std::string>& names);
// Other kinds of name are left out; null gives none.
std::vector<std::string> decode_names(const GENERAL_NAMES* names);

}  // namespace art32::crypto
