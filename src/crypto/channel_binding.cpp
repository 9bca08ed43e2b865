#include "crypto/channel_binding.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "crypto/openssl.h"

namespace art32::crypto {
namespace {

using base::ErrorCode;
using base::failure;

// A sequence of more than 127 octets; text has no such second octet.
bool is_der(base::ByteView certificate) {
  return certificate.size() > 2 && certificate[0] == 0x30 && certificate[1] >= 0x80;
}

CertificatePointer read_certificate(base::ByteView certificate) {
  const BioPointer bio = reading_bio(base::as_text(certificate));
  CertificatePointer read(is_der(certificate) ? d2i_X509_bio(bio.get(), nullptr)
                                              : PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return read;
}

// RFC 5929 section 4.1: "if the certificate's signatureAlgorithm uses a single hash
// function, and that hash function is either MD5 or SHA-1, then use SHA-256"; another
// single hash function is used itself.
const EVP_MD* hash_of_signature(X509* certificate) {
  int hash = NID_undef;
  if (X509_get_signature_info(certificate, &hash, nullptr, nullptr, nullptr) != 1) ERR_clear_error();
  if (hash == NID_md5 || hash == NID_sha1) return EVP_sha256();
  return hash == NID_undef ? nullptr : EVP_get_digestbynid(hash);
}

}  // namespace

base::Result<base::Bytes> tls_server_end_point(base::ByteView certificate) {
  const CertificatePointer read = read_certificate(certificate);
  if (!read)
    return failure(ErrorCode::corrupt, "not a certificate (X.509, PEM or DER)",
                   "restore it from a backup, or issue a new one");
  const EVP_MD* const hash = hash_of_signature(read.get());
  if (hash == nullptr)
    return failure(ErrorCode::unsupported,
                   "the certificate's signature has no hash of its own, so that it has no channel binding",
                   "use a certificate signed with ECDSA or RSA");
  base::Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  require(X509_digest(read.get(), hash, digest.data(), &size) == 1, "X509_digest");
  digest.resize(size);
  return digest;
}

}  // namespace art32::crypto
