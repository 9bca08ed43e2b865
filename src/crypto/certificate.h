// X.509 for the development certificate authority, and SPKI pins (RFC 7469
// section 2.4: base64 of SHA-256 of the DER SubjectPublicKeyInfo).
//
// Keys here are ECDSA P-256, which every browser accepts. All PEM. Pure
// functions apart from randomness; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace art32::crypto {

struct CertifiedKey {
  std::string certificate_pem;  // leaf first, then its issuers
  base::Secret private_key_pem;
};

// A self-signed authority named `name`, able to issue leaf certificates only.
CertifiedKey make_authority(std::string_view name, base::Instant now, std::chrono::days life);

enum class CertificateUse { server, client };

// A certificate for DNS names and IP addresses, valid from an hour before `now`, signed by `authority` (RFC
// 5280; the names are in subjectAltName, the first one is the common name too). `invalid_argument` for a name
// that is neither, for a life past the authority's, or when its key and certificate don't belong together;
// `corrupt` when they can't be read.
base::Result<CertifiedKey> issue_certificate(const CertifiedKey& authority,
                                             const std::vector<std::string>& names, base::Instant now,
                                             std::chrono::days life,
                                             CertificateUse use = CertificateUse::server);

// A fresh P-256 private key, PEM: the backup key whose pin is published early.
base::Secret make_private_key_pem();

// "sha256/BASE64" of a certificate's (the first in the PEM) or a private key's
// public part. `corrupt` when it can't be read.
base::Result<std::string> certificate_pin(std::string_view certificate_pem);
base::Result<std::string> key_pin(std::string_view key_pem);  // private or public
bool is_public_key(std::string_view key_pem);

struct CertificateFacts {
  std::string subject;  // RFC 4514: "CN=localhost"
  std::string issuer;
  std::vector<std::string> names;  // DNS names and IP addresses, in its order
  base::Instant not_before;
  base::Instant not_after;
  std::string pin;
  std::string common_name;  // of the subject; empty where there is none, or several
};
base::Result<CertificateFacts> certificate_facts(std::string_view certificate_pem);

}  // namespace art32::crypto
