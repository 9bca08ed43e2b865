#include "crypto/certificate_chain.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/certificate.h"

namespace art32::crypto {
namespace {

using base::ErrorCode;
using std::chrono::days;

const base::Instant now = *base::parse_rfc3339("2026-11-23T12:00:00Z");
constexpr std::string_view end_line = "-----END CERTIFICATE-----\n";

const CertifiedKey& authority() {
  static const CertifiedKey made = make_authority("the authority", now, days(3650));
  return made;
}

// The leaf and its issuer.
const std::string& chain() {
  static const std::string made =
      issue_certificate(authority(), {"localhost"}, now, days(30)).value().certificate_pem;
  return made;
}

std::string leaf_of(const std::string& pem) {
  return pem.substr(0, pem.find(end_line) + end_line.size());
}

base::Bytes first_der(const std::string& pem) {
  const std::size_t begin = pem.find('\n') + 1;
  return base::from_base64(base::replace_all(pem.substr(begin, pem.find("-----END") - begin), "\n", ""))
      .value();
}

// The first certificate of a PEM with one octet of its DER changed.
std::string flipped(const std::string& pem, std::size_t octet) {
  base::Bytes der = first_der(pem);
  der.at(octet) ^= 0x01;
  std::string body = base::base64(der);
  for (std::size_t end = 64; end < body.size(); end += 65)
    body.insert(end, "\n");
  return pem.substr(0, pem.find('\n') + 1) + body + "\n" + pem.substr(pem.find("-----END"));
}

std::size_t der_octets(const std::string& pem) {
  return first_der(pem).size();
}

TEST(CertificateChain, holds_as_it_was_issued) {
  EXPECT_TRUE(check_chain(chain(), "").has_value());
  EXPECT_TRUE(check_chain(chain(), authority().certificate_pem).has_value());
  EXPECT_TRUE(check_chain(leaf_of(chain()), authority().certificate_pem).has_value());
  EXPECT_TRUE(check_authorities(authority().certificate_pem).has_value());
}

TEST(CertificateChain, names_a_changed_octet_wherever_in_the_leaf_it_is) {
  for (std::size_t octet = 0; octet < der_octets(chain()); ++octet) {
    const base::Status found = check_chain(flipped(chain(), octet), "");
    ASSERT_FALSE(found.has_value()) << octet;
    EXPECT_EQ(found.error().code, ErrorCode::corrupt);
  }
}

TEST(CertificateChain, names_a_changed_octet_wherever_in_the_authority_it_is) {
  const std::string& pem = authority().certificate_pem;
  for (std::size_t octet = 0; octet < der_octets(pem); ++octet)
    EXPECT_FALSE(check_authorities(flipped(pem, octet)).has_value()) << octet;
}

TEST(CertificateChain, checks_a_leaf_that_stands_alone_by_the_own_authority) {
  const std::string leaf = leaf_of(chain());
  const std::string damaged = flipped(leaf, der_octets(leaf) - 1);
  EXPECT_FALSE(check_chain(damaged, authority().certificate_pem).has_value());
  EXPECT_TRUE(check_chain(damaged, "").has_value()) << "nobody here could say so";
}

TEST(CertificateChain, accepts_a_leaf_whose_issuer_is_not_here) {
  const CertifiedKey other = make_authority("another authority", now, days(3650));
  EXPECT_TRUE(check_chain(leaf_of(chain()), other.certificate_pem).has_value());
}

TEST(CertificateChain, names_a_damaged_issuer_behind_a_good_leaf) {
  const std::string issuer = authority().certificate_pem;
  const std::string last = flipped(issuer, der_octets(issuer) - 1);
  const base::Status found = check_chain(leaf_of(chain()) + last, "");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().what, "the signature of certificate 2 of 2 in it doesn't hold");
}

TEST(CertificateChain, refuses_what_is_no_certificate) {
  EXPECT_FALSE(check_chain("", "").has_value());
  EXPECT_FALSE(check_chain(chain() + "-----BEGIN CERTIFICATE-----\nAAAA\n", "").has_value());
  EXPECT_FALSE(check_authorities("nonsense").has_value());
}

}  // namespace
}  // namespace art32::crypto
