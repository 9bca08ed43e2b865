#include "crypto/certificate_chain.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <vector>

#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

using base::ErrorCode;
using base::failure;
using Certificates = std::vector<CertificatePointer>;

constexpr const char* mend = "restore it from a backup, or issue a new one";

base::Result<Certificates> read_certificates(std::string_view pem) {
  Certificates all;
  const BioPointer bio = reading_bio(pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    all.emplace_back(certificate);
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!ended || all.empty())
    return failure(ErrorCode::corrupt,
                   fmt::format("certificate {} in it can't be read (X.509, PEM)", all.size() + 1), mend);
  return all;
}

bool bears_issuer_name(const CertificatePointer& issuer, const CertificatePointer& certificate) {
  return X509_NAME_cmp(X509_get_subject_name(issuer.get()), X509_get_issuer_name(certificate.get())) == 0;
}

bool is_signed_by(const CertificatePointer& certificate, const CertificatePointer& issuer) {
  EVP_PKEY* key = X509_get0_pubkey(issuer.get());
  const bool holds = key != nullptr && X509_verify(certificate.get(), key) == 1;
  ERR_clear_error();
  return holds;
}

// What is known of who signed one certificate.
struct Signature {
  bool issuer_known = false;
  bool holds = false;

  void look_at(const CertificatePointer& certificate, const Certificates& issuers) {
    for (const CertificatePointer& issuer : issuers) {
      if (!bears_issuer_name(issuer, certificate)) continue;
      issuer_known = true;
      holds = holds || is_signed_by(certificate, issuer);
    }
  }
};

base::Status damaged(std::size_t index, std::size_t count) {
  return failure(ErrorCode::corrupt,
                 fmt::format("the signature of certificate {} of {} in it doesn't hold", index + 1, count),
                 mend);
}

}  // namespace

base::Status check_chain(std::string_view chain_pem, std::string_view authorities_pem) {
  ART32_ASSIGN(const Certificates chain, read_certificates(chain_pem));
  Certificates authorities;
  if (!authorities_pem.empty()) {
    ART32_ASSIGN(authorities, read_certificates(authorities_pem));
  }
  for (std::size_t i = 0; i < chain.size(); ++i) {
    Signature signature;
    signature.look_at(chain[i], chain);
    signature.look_at(chain[i], authorities);
    const bool must_be_known = i == 0 && chain.size() > 1;
    if (!signature.holds && (signature.issuer_known || must_be_known)) return damaged(i, chain.size());
  }
  return {};
}

base::Status check_authorities(std::string_view authorities_pem) {
  ART32_ASSIGN(const Certificates authorities, read_certificates(authorities_pem));
  for (std::size_t i = 0; i < authorities.size(); ++i) {
    Signature signature;
    signature.look_at(authorities[i], authorities);
    if (!signature.holds) return damaged(i, authorities.size());
  }
  return {};
}

}  // namespace art32::crypto
