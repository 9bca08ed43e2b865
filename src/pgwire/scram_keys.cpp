#include "pgwire/scram_keys.h"

#include <cstring>

#include "base/assert.h"
#include "crypto/mac.h"
#include "crypto/pbkdf2.h"

namespace art32::pgwire {
namespace {

base::Secret take(crypto::Digest& digest) {
  base::Secret secret(base::as_text(digest));
  ::explicit_bzero(digest.data(), digest.size());
  return secret;
}

}  // namespace

ScramKeys derive_scram_keys(const base::Secret& prepared_password, base::ByteView salt, unsigned iterations) {
  const base::Secret salted_password =
      crypto::pbkdf2_sha256(prepared_password.view(), salt, iterations, scram_key_octets);
  return {scram_signature(salted_password, "Client Key"), scram_signature(salted_password, "Server Key")};
}

base::Secret scram_stored_key(const base::Secret& client_key) {
  crypto::Digest digest = crypto::sha256(client_key.view());
  return take(digest);
}

base::Secret scram_signature(const base::Secret& key, std::string_view auth_message) {
  crypto::Digest digest = crypto::hmac_sha256(key.view(), base::as_bytes(auth_message));
  return take(digest);
}

base::Secret exclusive_or(base::ByteView a, base::ByteView b) {
  ART32_ASSERT(a.size() == scram_key_octets && b.size() == scram_key_octets);
  base::Bytes result(a.begin(), a.end());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] ^= b[i];
  return base::Secret(std::move(result));
}

}  // namespace art32::pgwire
