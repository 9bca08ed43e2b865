#include "crypto/certificate.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/assert.h"
#include "crypto/digest.h"
#include "crypto/openssl.h"
#include "crypto/random.h"
#include "crypto/subject_names.h"

namespace art32::crypto {
namespace {

using base::ErrorCode;
using base::failure;

KeyPointer generate_key() {
  KeyPointer key(EVP_EC_gen("P-256"));
  require(key != nullptr, "EVP_EC_gen");
  return key;
}

CertificatePointer read_certificate(std::string_view pem) {
  const BioPointer bio = reading_bio(pem);
  CertificatePointer certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) ERR_clear_error();
  return certificate;
}

std::string write_certificate(X509* certificate) {
  const BioPointer bio = writing_bio();
  require(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM_write_bio_X509");
  return std::string(written(bio));
}

// RFC 5280 section 4.1.2.2: positive, at most 20 octets; ours has 127 random bits.
void set_random_serial(X509* certificate) {
  base::Bytes octets = random_bytes(16);
  octets[0] = static_cast<std::uint8_t>((octets[0] & 0x3f) | 0x40);
  const NumberPointer number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  require(
      number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
      "BN_to_ASN1_INTEGER");
}

void set_common_name(X509_NAME* name, std::string_view text) {
  require(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, base::as_bytes(text).data(),
                                     static_cast<int>(text.size()), -1, 0) == 1,
          "X509_NAME_add_entry_by_NID");
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const ExtensionPointer extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "X509_add_ext");
}

// Peers whose clock is behind believe a fresh certificate too. Even on one machine: time(2), by
// which OpenSSL checks, lags some milliseconds behind the clock that says now.
constexpr std::chrono::hours backdated{1};

// What every certificate has: version 3, serial, validity, key.
CertificatePointer make_certificate(EVP_PKEY* key, base::Instant now, std::chrono::days life) {
  CertificatePointer certificate(X509_new());
  require(certificate != nullptr, "X509_new");
  const std::time_t issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const std::time_t begin = issued - std::chrono::seconds(backdated).count();
  const std::time_t end = issued + std::chrono::seconds(life).count();
  set_random_serial(certificate.get());
  require(X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
              X509_set_pubkey(certificate.get(), key) == 1 &&
              ASN1_TIME_set(X509_getm_notBefore(certificate.get()), begin) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(certificate.get()), end) != nullptr,
          "X509_set");
  return certificate;
}

std::string pin_of(X509_PUBKEY* key) {
  std::uint8_t* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(key, &encoded);
  require(size > 0, "i2d_X509_PUBKEY");
  const Digest digest = sha256(base::ByteView(encoded, static_cast<std::size_t>(size)));
  OPENSSL_free(encoded);
  return "sha256/" + base::base64(digest);
}

base::Instant instant(const ASN1_TIME* time) {
  std::tm fields{};
  require(ASN1_TIME_to_tm(time, &fields) == 1, "ASN1_TIME_to_tm");
  return base::Instant(std::chrono::seconds(::timegm(&fields)));
}

// Two of them, or a zero octet in one, are read differently by different readers.
std::string common_name(const X509_NAME* name) {
  const int first = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (first < 0 || X509_NAME_get_index_by_NID(name, NID_commonName, first) >= 0) return {};
  std::uint8_t* encoded = nullptr;
  const int size = ASN1_STRING_to_UTF8(&encoded, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, first)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  OPENSSL_free(encoded);
  return text.find('\0') == text.npos ? text : std::string();
}

tl::unexpected<base::Error> unreadable_certificate() {
  return failure(ErrorCode::corrupt, "not a certificate (X.509, PEM)",
                 "restore it from a backup, or issue a new one");
}

tl::unexpected<base::Error> unreadable_key() {
  return failure(ErrorCode::corrupt, "not an unencrypted key in PEM (PKCS #8, or a public key)",
                 "restore it from a backup, or make a new one");
}

}  // namespace

CertifiedKey make_authority(std::string_view name, base::Instant now, std::chrono::days life) {
  ART32_ASSERT(!name.empty() && name.size() <= 64 && life.count() > 0);
  const KeyPointer key = generate_key();
  const CertificatePointer authority = make_certificate(key.get(), now, life);
  set_common_name(X509_get_subject_name(authority.get()), name);
  require(X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get())) == 1,
          "X509_set_issuer_name");
  add_extension(authority.get(), authority.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(authority.get(), authority.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(authority.get(), authority.get(), NID_subject_key_identifier, "hash");
  require(X509_sign(authority.get(), key.get(), EVP_sha256()) > 0, "X509_sign");
  return {write_certificate(authority.get()), write_private_key(key.get())};
}

base::Result<CertifiedKey> issue_certificate(const CertifiedKey& authority,
                                             const std::vector<std::string>& names, base::Instant now,
                                             std::chrono::days life, CertificateUse use) {
  ART32_ASSIGN(const NamesPointer alternative, encode_names(names));
  const CertificatePointer issuer = read_certificate(authority.certificate_pem);
  if (!issuer) return unreadable_certificate();
  const KeyPointer issuer_key = read_private_key(authority.private_key_pem.text());
  if (!issuer_key) return unreadable_key();
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    ERR_clear_error();
    return failure(ErrorCode::invalid_argument, "the authority's key doesn't belong to its certificate",
                   "restore authority.crt and authority.key from the same backup");
  }
  if (life.count() <= 0 || now + life > instant(X509_get0_notAfter(issuer.get())))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("a certificate of {} days would outlive its authority", life.count()),
                   "choose a shorter life, or make a new authority");

  const KeyPointer key = generate_key();
  const CertificatePointer leaf = make_certificate(key.get(), now, life);
  // A common name holds 64 letters; without one, RFC 5280 section 4.2.1.6 wants
  // the alternative names critical.
  const bool has_subject = names.front().size() <= 64;
  if (has_subject) set_common_name(X509_get_subject_name(leaf.get()), names.front());
  require(X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer.get())) == 1, "X509_set_issuer_name");
  add_extension(leaf.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(leaf.get(), issuer.get(), NID_ext_key_usage,
                use == CertificateUse::server ? "serverAuth" : "clientAuth");
  add_extension(leaf.get(), issuer.get(), NID_subject_key_identifier, "hash");
  add_extension(leaf.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
  require(X509_add1_ext_i2d(leaf.get(), NID_subject_alt_name, alternative.get(), has_subject ? 0 : 1,
                            X509V3_ADD_DEFAULT) == 1,
          "X509_add1_ext_i2d");
  require(X509_sign(leaf.get(), issuer_key.get(), EVP_sha256()) > 0, "X509_sign");
  return CertifiedKey{write_certificate(leaf.get()) + write_certificate(issuer.get()),
                      write_private_key(key.get())};
}

base::Secret make_private_key_pem() {
  return write_private_key(generate_key().get());
}

base::Result<std::string> certificate_pin(std::string_view certificate_pem) {
  const CertificatePointer certificate = read_certificate(certificate_pem);
  if (!certificate) return unreadable_certificate();
  return pin_of(X509_get_X509_PUBKEY(certificate.get()));
}

base::Result<std::string> key_pin(std::string_view key_pem) {
  const KeyPointer key = is_public_key(key_pem) ? read_public_key(key_pem) : read_private_key(key_pem);
  if (!key) return unreadable_key();
  X509_PUBKEY* encoded = nullptr;
  require(X509_PUBKEY_set(&encoded, key.get()) == 1, "X509_PUBKEY_set");
  const std::unique_ptr<X509_PUBKEY, OpensslRelease<X509_PUBKEY_free>> owned(encoded);
  return pin_of(owned.get());
}

bool is_public_key(std::string_view key_pem) {
  return key_pem.find("-----BEGIN PUBLIC KEY-----") != std::string_view::npos;
}

base::Result<CertificateFacts> certificate_facts(std::string_view certificate_pem) {
  const CertificatePointer certificate = read_certificate(certificate_pem);
  if (!certificate) return unreadable_certificate();
  const auto text = [](const X509_NAME* name) {
    const BioPointer bio = writing_bio();
    require(X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0,
            "X509_NAME_print_ex");
    return std::string(written(bio));
  };
  const NamesPointer names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  return CertificateFacts{text(X509_get_subject_name(certificate.get())),
                          text(X509_get_issuer_name(certificate.get())),
                          decode_names(names.get()),
                          instant(X509_get0_notBefore(certificate.get())),
                          instant(X509_get0_notAfter(certificate.get())),
                          pin_of(X509_get_X509_PUBKEY(certificate.get())),
                          common_name(X509_get_subject_name(certificate.get()))};
}

}  // namespace art32::crypto
