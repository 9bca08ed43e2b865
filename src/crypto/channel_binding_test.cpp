#include "crypto/channel_binding.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/certificate.h"
#include "crypto/digest.h"

namespace art32::crypto {
namespace {

using base::as_bytes;
using base::ErrorCode;

// Certificates made by the openssl program; the hashes are `openssl x509 -outform DER | openssl dgst`.
constexpr std::string_view rsa_with_md5 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB+jCCAWOgAwIBAgIUHWZlSiQEPc4euFJ3UiaR4Kyf69owDQYJKoZIhvcNAQEE\n"
    "BQAwDjEMMAoGA1UEAwwDbWQ1MCAXDTI2MTEyNTA3MTE1MloYDzIxMjYxMTAxMDcx\n"
    "MTUyWjAOMQwwCgYDVQQDDANtZDUwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB\n"
    "AOsC2aXOCQs1dfQXzB/MeFgvMRMS/7mULtabwHbvC/QvbCyc78C/C51L+2MbvaX2\n"
    "8EJlWEhV2iQRNaQVHYJ9MapOw7SDTtB11zjsBvN/JiYfAP9yRSjBtX+mWQ68EjnX\n"
    "VmkxOHOvogbjWwHf3iLt27MrVgEXwWj5xG9qPUwRcj/rAgMBAAGjUzBRMB0GA1Ud\n"
    "DgQWBBQHl8S2CGkP7zejKzrX4s25VbCc8jAfBgNVHSMEGDAWgBQHl8S2CGkP7zej\n"
    "KzrX4s25VbCc8jAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBBAUAA4GBANDO\n"
    "2bYg919c4C+nfmi2vr6+6Q9gPC9HXwZgMYrhlec6OaqZSwNIT+XE0ncYZ6BGPVDJ\n"
    "xH3fdhkLpHDjqvc8oy7OgT5nzdnSkI5PsssVSVI+khrH9O/X3nehY0TV/H5ITL28\n"
    "TTDZJ21HhgP8KoQtnH19fbh7/G0Rr5UZSnAHi/2A\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view ecdsa_with_sha1 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBczCCARqgAwIBAgIUTWfGzdh3Y+XXjvAIqO/krBjLopEwCQYHKoZIzj0EATAP\n"
    "MQ0wCwYDVQQDDARzaGExMCAXDTI2MTEyNTA3MTEwOFoYDzIxMjYxMTAxMDcxMTA4\n"
    "WjAPMQ0wCwYDVQQDDARzaGExMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAXLD\n"
    "cEtMKLDiCaiC/fChZDrd3x/Yg3KkHAA+rn1hDMy138KgU1kmM532I4VS4YexqwvY\n"
    "wQvrIL+begJDhZBEqaNTMFEwHQYDVR0OBBYEFPeqTqJ+F7dAwzO84RukRfrSBDId\n"
    "MB8GA1UdIwQYMBaAFPeqTqJ+F7dAwzO84RukRfrSBDIdMA8GA1UdEwEB/wQFMAMB\n"
    "Af8wCQYHKoZIzj0EAQNIADBFAiBMhSK35VQTf9NUOW5etl6JBYOiS7SaFmu27FIu\n"
    "gnkiqQIhAN2ZbTPd5hjlap532jo9+s8sB8U3dVCcUwBXgiOPaZqN\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view ecdsa_with_sha256 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBejCCAR+gAwIBAgIUCceYeCltFk/nvENmXCXl9BlvikIwCgYIKoZIzj0EAwIw\n"
    "ETEPMA0GA1UEAwwGc2hhMjU2MCAXDTI2MTEyNTA3MTEwOFoYDzIxMjYxMTAxMDcx\n"
    "MTA4WjARMQ8wDQYDVQQDDAZzaGEyNTYwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAR4/kZiY6US/W72OMB9Jyyq+a3I/koqbzC8FvYe05y9jTo2ea7CyjAP52K5RP5h\n"
    "yp5CVwX8hoWpQ4A0xtyvllyIo1MwUTAdBgNVHQ4EFgQUXvElM47iIRNLlJy6jkxz\n"
    "snEatnUwHwYDVR0jBBgwFoAUXvElM47iIRNLlJy6jkxzsnEatnUwDwYDVR0TAQH/\n"
    "BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAsPfQt1ZKpTN+P6RSMc8jpLSR7nF+\n"
    "Zf2GJ7c/fQ+WVOkCIQCFU7zm4Kms1jeT9BYlMXq9da+BvxxnAthVlXqqVcDtCg==\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view ecdsa_with_sha384 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBejCCAR+gAwIBAgIUaqQDLw9MGhE0qQ/e8UdCcTflZnEwCgYIKoZIzj0EAwMw\n"
    "ETEPMA0GA1UEAwwGc2hhMzg0MCAXDTI2MTEyNTA3MTEwOFoYDzIxMjYxMTAxMDcx\n"
    "MTA4WjARMQ8wDQYDVQQDDAZzaGEzODQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAQSsr1P/M9fLG2s3fw94Q9LUZuMz8qmAkyBr5k6tjz5lQQjvYdO+rlVOJ7MlBwF\n"
    "J/VNAuFBSWRY0NvGQqG9Julpo1MwUTAdBgNVHQ4EFgQU1npHY5E5GDjsQOW5zsz1\n"
    "f42ZlmswHwYDVR0jBBgwFoAU1npHY5E5GDjsQOW5zsz1f42ZlmswDwYDVR0TAQH/\n"
    "BAUwAwEB/zAKBggqhkjOPQQDAwNJADBGAiEAk62+ZEF9QUVF7yKGa505/07A23a0\n"
    "nnKXAbETMh6Xe3wCIQD+4Qo/jQuJnSZQ0CS7FKNs+i19bKS4vynWkBMGygsxXA==\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view ecdsa_with_sha512 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBeTCCAR+gAwIBAgIUbfa+NzZJk5FCBbghHOvszIzjn5gwCgYIKoZIzj0EAwQw\n"
    "ETEPMA0GA1UEAwwGc2hhNTEyMCAXDTI2MTEyNTA3MTEwOFoYDzIxMjYxMTAxMDcx\n"
    "MTA4WjARMQ8wDQYDVQQDDAZzaGE1MTIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AARUctmP/PylwB+SrNt5VbazLY1oij501FTESA/8kQBNG/mE2cRWESB7Y96XDzuT\n"
    "WwaQtwnAQdlMK3JqOgduKblQo1MwUTAdBgNVHQ4EFgQUhVKs+fdcTVy5IvM3sEqt\n"
    "sdVjP/4wHwYDVR0jBBgwFoAUhVKs+fdcTVy5IvM3sEqtsdVjP/4wDwYDVR0TAQH/\n"
    "BAUwAwEB/zAKBggqhkjOPQQDBANIADBFAiEAuuP0zJzecdzZ6i1+fEfbcXd62mvc\n"
    "3GG14t+Vir1w6h4CIDZaB813cBp4IBAQPfdfb1Uk0mLvVzRi7lRss8pmhMzT\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view rsa_pss_with_sha384 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICaDCCAZ2gAwIBAgIUPzO8c7FLOLPGZ9+XvG0swL/PjEIwQQYJKoZIhvcNAQEK\n"
    "MDSgDzANBglghkgBZQMEAgIFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgIF\n"
    "AKIDAgFOMBExDzANBgNVBAMMBnBzczM4NDAgFw0yNjExMjUwNzExMDhaGA8yMTI2\n"
    "MTEwMTA3MTEwOFowETEPMA0GA1UEAwwGcHNzMzg0MIGfMA0GCSqGSIb3DQEBAQUA\n"
    "A4GNADCBiQKBgQCopCbXvXbsB/Ida+95To5Mb0LUUU0PYSJ+uMBxyt/z3OByQyiH\n"
    "MixTN0Uek/RLpzXT1V1+1I+D2rFL75mEKz9SSfuYNK7aS5DJ2XSz1NZ+eX5snovq\n"
    "044Bx4gP4pfe+eNcfX2ZuQOT5wVO3LlsW2xbZn/jR6P5dkd5I1P+EAp2jwIDAQAB\n"
    "o1MwUTAdBgNVHQ4EFgQUFtOYNKFP6TjrEfcMWJ/FuJkJmoswHwYDVR0jBBgwFoAU\n"
    "FtOYNKFP6TjrEfcMWJ/FuJkJmoswDwYDVR0TAQH/BAUwAwEB/zBBBgkqhkiG9w0B\n"
    "AQowNKAPMA0GCWCGSAFlAwQCAgUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFlAwQC\n"
    "AgUAogMCAU4DgYEAUwVXMaR9RI5ULNoDHXpKEC19Z1hkQjfURuwcb6ZfrVIx/OPI\n"
    "0WtGh7VmenFze5drhUGy9UNBEGzilFVKjozY5NeO78lC8l93V59hV+dN4fS5ZCfe\n"
    "qOT1CIIv1VcIAMnSgr+nHyJ1G+IXnf/KIQ2r9pdXIEdNr/n5r/cK/ZWLuEg=\n"
    "-----END CERTIFICATE-----\n";

constexpr std::string_view ed25519 =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBOjCB7aADAgECAhRSyxhximDeOua7gi2svmV2uC/OVDAFBgMrZXAwEjEQMA4G\n"
    "A1UEAwwHZWQyNTUxOTAgFw0yNjExMjUwNzExMDhaGA8yMTI2MTEwMTA3MTEwOFow\n"
    "EjEQMA4GA1UEAwwHZWQyNTUxOTAqMAUGAytlcAMhAAoXvSlK/KRhOaPiB8OId4Tg\n"
    "9+qJHc8kPkdKeIEoxE5Co1MwUTAdBgNVHQ4EFgQUOy0XaUQo2P+lnCbFQvwoG33l\n"
    "TNUwHwYDVR0jBBgwFoAUOy0XaUQo2P+lnCbFQvwoG33lTNUwDwYDVR0TAQH/BAUw\n"
    "AwEB/zAFBgMrZXADQQCwY7DQnBT+JJiqXphye2WhxlLbGaCNo9k7Z1A8i4spMZrR\n"
    "i0uMT3jv8bXYaPSXHR59PECmhgT6Q0lpt+Rh3jcO\n"
    "-----END CERTIFICATE-----\n";

std::string end_point(std::string_view certificate) {
  const auto digest = tls_server_end_point(as_bytes(certificate));
  return digest ? base::hex(*digest) : digest.error().message();
}

base::Bytes der(std::string_view pem) {
  std::string encoded;
  for (const std::string_view line : base::split(pem, '\n'))
    if (!line.starts_with("-----")) encoded += line;
  return base::from_base64(encoded).value();
}

TEST(TlsServerEndPoint, is_the_hash_that_the_certificate_was_signed_with) {
  EXPECT_EQ(end_point(ecdsa_with_sha256), "4ad1c8989518adb804f9f26b4b135691c396250057e65191f377fc812a00a4ca");
  EXPECT_EQ(
      end_point(ecdsa_with_sha384),
      "f4b36f9236f7d99698c6284c7cbc2ca0224632f10f8a6c319fce303041133d791258a3fb063d3fe9cbf8a090be11edc0");
  EXPECT_EQ(end_point(ecdsa_with_sha512),
            "365ba69159cb4c0f5f50a799bc7aa89035c5e9484f5a6537fbf10d60aef7835e94b2b1a6b7e06e0827b9be02f5ae8c79"
            "27b71ad1e91e465bd0223a05a9aa79aa");
  EXPECT_EQ(
      end_point(rsa_pss_with_sha384),
      "e216ad0840b57d35a745176f84152e347bc2163b1c5e4c97fda932f5464cc2c4d830ac7cf9b4bf3ce1375e2bbbe56f5b");
}

TEST(TlsServerEndPoint, is_sha256_where_the_signature_has_an_older_hash) {
  EXPECT_EQ(end_point(rsa_with_md5), "318d4de87de247e12bd54d403e8be686d1d484edab397291e5f04e247f572258");
  EXPECT_EQ(end_point(ecdsa_with_sha1), "fdbb738739f7dedf30035530fb5e91936364ae2a02677d6b8855cf7b70e8c1a2");
}

TEST(TlsServerEndPoint, is_the_same_of_der_and_pem) {
  for (const std::string_view pem : {rsa_with_md5, ecdsa_with_sha256, ecdsa_with_sha512, rsa_pss_with_sha384})
    EXPECT_EQ(tls_server_end_point(der(pem)).value(), tls_server_end_point(as_bytes(pem)).value());
}

TEST(TlsServerEndPoint, is_of_the_first_certificate_in_a_chain) {
  EXPECT_EQ(end_point(std::string(ecdsa_with_sha384) + std::string(ecdsa_with_sha256)),
            end_point(ecdsa_with_sha384));
}

TEST(TlsServerEndPoint, of_our_own_certificates_is_their_sha256) {
  const CertifiedKey own =
      make_authority("art32", *base::parse_rfc3339("2026-11-23T12:00:00Z"), std::chrono::days(1));
  EXPECT_EQ(end_point(own.certificate_pem), base::hex(sha256(der(own.certificate_pem))));
}

TEST(TlsServerEndPoint, is_undefined_where_the_signature_has_no_hash) {
  EXPECT_EQ(tls_server_end_point(as_bytes(ed25519)).error().code, ErrorCode::unsupported);
}

TEST(TlsServerEndPoint, is_refused_when_it_is_no_certificate) {
  const base::Bytes whole = der(ecdsa_with_sha256);
  for (const std::size_t octets : {0U, 1U, 2U, 3U, 100U})
    EXPECT_EQ(tls_server_end_point(base::ByteView(whole).first(octets)).error().code, ErrorCode::corrupt);
  EXPECT_EQ(tls_server_end_point(as_bytes("no certificate")).error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace art32::crypto
