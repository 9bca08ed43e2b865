#include "portal/security_headers.h"

#include "base/assert.h"

namespace art32::portal {

std::vector<net::HttpHeader> security_headers(const model::Annex& annex) {
  const model::Promise& promise = annex.promise("encryption.transport", "hsts_max_age");
  const auto* age = std::get_if<std::chrono::milliseconds>(&promise.value);
  ART32_ASSERT(age != nullptr);  // annex::load has checked the type
  // Rounded up, so that a promise is never undercut; 0 would tell browsers to forget
  // the policy (RFC 6797 section 6.1.1).
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*age).count();
  ART32_ASSERT(seconds > 0);
  return {
      {"Strict-Transport-Security", "max-age=" + std::to_string(seconds)},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action "
       "'none'; "
       "frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cross-Origin-Embedder-Policy", "require-corp"},
      {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
  };
}

}  // namespace art32::portal
