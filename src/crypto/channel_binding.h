// The channel binding `tls-server-end-point` (RFC 5929 section 4): a hash of the
// server's certificate that both ends of a TLS connection can compute, so that an
// authentication inside of it doesn't pass through somebody else's TLS.
//
// Pure; any thread.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace art32::crypto {

// Of a certificate in DER, or the first one in PEM (a server's own comes first).
// The hash is the one of the certificate's signature; SHA-256 instead of MD5 and
// SHA-1: 32 to 64 octets. `corrupt` when it isn't a certificate, `unsupported`
// when its signature has no single hash (Ed25519): RFC 5929 leaves that undefined.
base::Result<base::Bytes> tls_server_end_point(base::ByteView certificate);

}  // namespace art32::crypto
