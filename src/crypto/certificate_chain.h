// Whether the signatures in files of certificates hold, so that a damaged file is
// named at start and not by every client. Says nothing about trust or validity:
// names, times and usages are the clients' to judge. Pure; any thread.
#pragma once

#include <string_view>

#include "base/result.h"

namespace art32::crypto {

// A server's chain, leaf first (RFC 8446 section 4.4.2). The leaf must be signed by
// one of the others in it or by one of `authorities_pem`; if it stands alone and
// nobody there bears its issuer's name, nothing can be checked. The others must
// be signed by whoever bears their issuer's name there, if anybody does.
// `corrupt` if a certificate can't be read or a signature doesn't hold.
base::Status check_chain(std::string_view chain_pem, std::string_view authorities_pem);

// A store of trusted roots: each must be signed by itself or another one in it.
base::Status check_authorities(std::string_view authorities_pem);

}  // namespace art32::crypto
