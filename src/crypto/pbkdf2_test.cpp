#include "crypto/pbkdf2.h"

#include <gtest/gtest.h>

namespace art32::crypto {
namespace {

using base::as_bytes;
using namespace std::string_view_literals;

std::string derive(std::string_view password, std::string_view salt, unsigned iterations,
                   std::size_t octets) {
  return base::hex(pbkdf2_sha256(as_bytes(password), as_bytes(salt), iterations, octets).view());
}

// RFC 7914 section 11.
TEST(Pbkdf2, gives_the_published_keys) {
  EXPECT_EQ(derive("passwd", "salt", 1, 64),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  EXPECT_EQ(derive("Password", "NaCl", 80'000, 64),
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
            "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
}

// Computed with Python's hashlib.
TEST(Pbkdf2, reads_every_octet_of_its_password_and_salt) {
  EXPECT_EQ(derive("password", "salt", 4096, 32),
            "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
  EXPECT_EQ(derive("pass\0word"sv, "sa\0lt"sv, 4096, 16), "89b69d0516f829893c696226650a8687");
}

TEST(Pbkdf2, accepts_an_empty_password_and_salt) {
  EXPECT_EQ(derive("", "salt", 1, 20), "f135c27993baf98773c5cdb40a5706ce6a345cde");
  EXPECT_EQ(derive("password", "", 1, 32),
            "c1232f10f62715fda06ae7c0a2037ca19b33cf103b727ba56d870c11f290a2ab");
}

}  // namespace
}  // namespace art32::crypto
