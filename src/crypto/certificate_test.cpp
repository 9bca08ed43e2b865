#include "crypto/certificate.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "base/scratch_folder.h"
#include "crypto/private_file.h"

namespace art32::crypto {
namespace {

using base::as_bytes;
using base::ErrorCode;
using std::chrono::days;

const base::Instant now = *base::parse_rfc3339("2026-11-23T12:00:00Z");

const CertifiedKey& authority() {
  static const CertifiedKey made = make_authority("art32 development authority", now, days(3650));
  return made;
}

CertifiedKey leaf(const std::vector<std::string>& names = {"localhost", "127.0.0.1", "::1"}) {
  auto issued = issue_certificate(authority(), names, now, days(365));
  EXPECT_TRUE(issued.has_value()) << issued.error().message();
  return std::move(*issued);
}

// What the openssl program, which shares no code of ours, says about files in `folder`.
std::string openssl(const base::ScratchFolder& folder, const std::string& arguments) {
  const std::string command = "cd " + folder.path().string() + " && openssl " + arguments + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string output;
  char piece[512];
  while (std::fgets(piece, sizeof piece, pipe) != nullptr)
    output += piece;
  ::pclose(pipe);
  return output;
}

TEST(Certificate, says_what_it_was_issued_for) {
  const auto facts = certificate_facts(leaf().certificate_pem);
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->subject, "CN=localhost");
  EXPECT_EQ(facts->issuer, "CN=art32 development authority");
  EXPECT_EQ(facts->names, (std::vector<std::string>{"localhost", "127.0.0.1", "::1"}));
  EXPECT_EQ(facts->not_before, now - std::chrono::hours(1)) << "for peers whose clock is behind";
  EXPECT_EQ(facts->not_after, now + days(365));
}

TEST(Certificate, has_the_pin_of_its_own_key_and_of_no_other) {
  const CertifiedKey first = leaf(), second = leaf();
  EXPECT_EQ(certificate_pin(first.certificate_pem).value(), key_pin(first.private_key_pem.text()).value());
  EXPECT_EQ(certificate_pin(first.certificate_pem).value(), certificate_facts(first.certificate_pem)->pin);
  EXPECT_NE(certificate_pin(first.certificate_pem).value(), certificate_pin(second.certificate_pem).value());
  EXPECT_NE(key_pin(make_private_key_pem().text()).value(), key_pin(make_private_key_pem().text()).value());
}

TEST(Certificate, has_the_pin_that_openssl_computes) {
  const base::ScratchFolder folder;
  const CertifiedKey made = leaf();
  ASSERT_TRUE(base::replace_file(folder.path() / "tls.crt", as_bytes(made.certificate_pem)));
  const std::string computed = openssl(folder,
                                       "x509 -in tls.crt -noout -pubkey | openssl pkey -pubin -outform DER | "
                                       "openssl dgst -sha256 -binary | openssl base64 -A");
  EXPECT_EQ(certificate_pin(made.certificate_pem).value(), "sha256/" + computed);
}

TEST(Certificate, is_accepted_by_openssl_for_its_names_only) {
  const base::ScratchFolder folder;
  ASSERT_TRUE(base::replace_file(folder.path() / "ca.crt", as_bytes(authority().certificate_pem)));
  ASSERT_TRUE(base::replace_file(folder.path() / "tls.crt", as_bytes(leaf().certificate_pem)));
  const std::string base = "verify -attime 1795500000 -x509_strict -purpose sslserver -CAfile ca.crt ";
  const auto says_ok = [&](const std::string& more) {
    return openssl(folder, base + more + " tls.crt") == "tls.crt: OK\n";
  };
  EXPECT_TRUE(says_ok("-verify_hostname localhost")) << openssl(folder, base + "tls.crt");
  EXPECT_TRUE(says_ok("-verify_ip 127.0.0.1"));
  EXPECT_TRUE(says_ok("-verify_ip ::1"));
  EXPECT_FALSE(says_ok("-verify_hostname example.org"));
  EXPECT_FALSE(says_ok("-verify_ip 127.0.0.2"));
  EXPECT_FALSE(says_ok("-attime 1895500000")) << "expired by then";
  const CertifiedKey stranger = make_authority("art32 development authority", now, days(3650));
  ASSERT_TRUE(base::replace_file(folder.path() / "ca.crt", as_bytes(stranger.certificate_pem)));
  EXPECT_FALSE(says_ok("")) << "another authority of the same name";
}

TEST(Certificate, carries_the_usages_of_its_place) {
  const base::ScratchFolder folder;
  ASSERT_TRUE(base::replace_file(folder.path() / "ca.crt", as_bytes(authority().certificate_pem)));
  ASSERT_TRUE(base::replace_file(folder.path() / "tls.crt", as_bytes(leaf().certificate_pem)));
  const std::string above = openssl(folder, "x509 -in ca.crt -noout -text");
  EXPECT_NE(above.find("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0\n"),
            std::string::npos);
  EXPECT_NE(above.find("Certificate Sign, CRL Sign\n"), std::string::npos);
  const std::string below = openssl(folder, "x509 -in tls.crt -noout -text");
  EXPECT_NE(below.find("CA:FALSE"), std::string::npos);
  EXPECT_NE(below.find("TLS Web Server Authentication\n"), std::string::npos);
  EXPECT_NE(below.find("ASN1 OID: prime256v1"), std::string::npos);
  EXPECT_EQ(below.find("CA:TRUE"), std::string::npos);
}

TEST(Certificate, has_a_serial_number_of_its_own) {
  const base::ScratchFolder folder;
  std::vector<std::string> serials;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(base::replace_file(folder.path() / "tls.crt", as_bytes(leaf().certificate_pem)));
    serials.push_back(openssl(folder, "x509 -in tls.crt -noout -serial"));
    EXPECT_EQ(serials.back().size(), std::string_view("serial=").size() + 32 + 1);
  }
  EXPECT_NE(serials[0], serials[1]);
}

TEST(Certificate, is_refused_for_what_is_no_name) {
  for (const char* name :
       {"", "a b", "exa,mple.org", "DNS:evil", "-a.org", "a..org", "300.1.1.1", "*.*.org", "*"})
    EXPECT_EQ(issue_certificate(authority(), {"localhost", name}, now, days(1)).error().code,
              ErrorCode::invalid_argument)
        << name;
  EXPECT_EQ(issue_certificate(authority(), {}, now, days(1)).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(certificate_facts(leaf({"*.example.org"}).certificate_pem)->names[0], "*.example.org");
}

TEST(Certificate, may_have_a_name_too_long_for_its_subject) {
  const std::string name = std::string(60, 'a') + ".example.org";
  const auto facts = certificate_facts(leaf({name}).certificate_pem);
  EXPECT_EQ(facts->subject, "");
  EXPECT_EQ(facts->names, (std::vector<std::string>{name}));
}

TEST(Certificate, is_refused_from_an_authority_that_ends_sooner_or_has_another_key) {
  EXPECT_EQ(issue_certificate(authority(), {"localhost"}, now + days(3600), days(365)).error().code,
            ErrorCode::invalid_argument);
  const CertifiedKey mixed{authority().certificate_pem, make_private_key_pem()};
  EXPECT_EQ(issue_certificate(mixed, {"localhost"}, now, days(1)).error().code, ErrorCode::invalid_argument);
}

TEST(Certificate, is_refused_when_it_is_none) {
  for (const char* pem :
       {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_EQ(certificate_facts(pem).error().code, ErrorCode::corrupt);
    EXPECT_EQ(certificate_pin(pem).error().code, ErrorCode::corrupt);
    EXPECT_EQ(key_pin(pem).error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace art32::crypto
