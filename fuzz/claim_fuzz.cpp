// Claims and contexts: nothing crashes their readers, and what is believed is signed by us.
// The input is a token; a context is its octets with a right signature behind them.
#include "base/assert.h"
#include "crypto/mac.h"
#include "fuzz/input.h"
#include "tenancy/claim_token.h"
#include "tenancy/entry.h"
#include "tenancy/testing.h"

namespace base = art32::base;
namespace tenancy = art32::tenancy;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const tenancy::KeyRing keys = tenancy::vector_keys();
  const std::string_view text = art32::fuzz::Input(data, size).text();
  const auto now = tenancy::vector_time();
  if (const auto claim = tenancy::verify_claim(text, keys, "example", now)) {
    ART32_ASSERT(art32::model::fault_of(*claim).empty());
    const auto again = tenancy::verify_claim(tenancy::sign_claim(*claim, keys), keys, "example", now);
    ART32_ASSERT(again && *again == *claim);
  }
  // Beyond the signature: the payload as if we had signed it.
  const base::ByteView secret = keys.signing().secret.view();
  const std::string signed_text = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiYXJ0MzItY2xhaW0rand0In0." +
                                  base::base64url(base::as_bytes(text));
  (void)tenancy::verify_claim(
      signed_text + "." + base::base64url(art32::crypto::hmac_sha256(secret, base::as_bytes(signed_text))),
      keys, "example", now);
  base::Bytes message = base::to_bytes(text);
  (void)tenancy::read_commit_context(message, keys);
  base::append(message, art32::crypto::hmac_sha256(secret, {base::as_bytes("art32 context\n"), message}));
  (void)tenancy::read_commit_context(message, keys);
  return 0;
}
