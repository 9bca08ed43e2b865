#include "crypto/signature.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/scratch_folder.h"
#include "crypto/private_file.h"

namespace art32::crypto {
namespace {

using base::as_bytes;
using base::from_hex;

struct Vector {
  std::string_view seed, public_key, message, signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
constexpr Vector published[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0595bbe2465"
     "5141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "eb4302aeeb0"
     "0d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9716ed28dc0"
     "27beceea1ec40a"},
};

TEST(Ed25519, gives_the_published_keys_and_signatures) {
  for (const Vector& vector : published) {
    const auto key = Ed25519PrivateKey::from_seed(*from_hex(vector.seed));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(base::hex(key->public_key()), vector.public_key);
    const base::Bytes message = *from_hex(vector.message);
    EXPECT_EQ(base::hex(key->sign(message)), vector.signature);
    EXPECT_TRUE(verify(key->public_key(), message, *from_hex(vector.signature)));
  }
}

TEST(Ed25519, refuses_another_message_key_or_signature) {
  const Ed25519PrivateKey key = Ed25519PrivateKey::generate();
  const Ed25519Signature signature = key.sign(as_bytes("message"));
  EXPECT_TRUE(verify(key.public_key(), as_bytes("message"), signature));
  EXPECT_FALSE(verify(key.public_key(), as_bytes("messagf"), signature));
  EXPECT_FALSE(verify(Ed25519PrivateKey::generate().public_key(), as_bytes("message"), signature));
  Ed25519PublicKey no_point{};
  no_point.fill(0xff);
  EXPECT_FALSE(verify(no_point, as_bytes("message"), signature));
  EXPECT_FALSE(verify(key.public_key(), as_bytes("message"), base::ByteView(signature).first(63)));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Ed25519Signature altered = signature;
    altered[i] ^= 1;
    EXPECT_FALSE(verify(key.public_key(), as_bytes("message"), altered)) << i;
  }
}

TEST(Ed25519, refuses_a_seed_of_another_length) {
  EXPECT_EQ(Ed25519PrivateKey::from_seed(base::Bytes(31)).error().code, base::ErrorCode::invalid_argument);
}

TEST(Ed25519, comes_back_from_its_file) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "ledger.pem";
  const Ed25519PrivateKey key = Ed25519PrivateKey::generate();
  ASSERT_TRUE(key.save(path));
  EXPECT_EQ(base::file_facts(path)->mode, 0600U);
  const auto loaded = Ed25519PrivateKey::load(path);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->public_key(), key.public_key());
  EXPECT_EQ(loaded->sign(as_bytes("m")), key.sign(as_bytes("m")));
}

TEST(Ed25519, refuses_a_file_that_others_can_read) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "ledger.pem";
  ASSERT_TRUE(Ed25519PrivateKey::generate().save(path));
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_EQ(Ed25519PrivateKey::load(path).error().code, base::ErrorCode::permission);
}

TEST(Ed25519, refuses_a_file_that_holds_no_such_key) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "ledger.pem";
  // OpenSSL's "traditional" encrypted form, which would ask for a pass phrase.
  const std::string_view encrypted =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
      "AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
      "AAAA\n-----END RSA PRIVATE KEY-----\n";
  for (const std::string_view content : {std::string_view(""), std::string_view("no key"), encrypted}) {
    ASSERT_TRUE(save_private_file(path, as_bytes(content)));
    EXPECT_EQ(Ed25519PrivateKey::load(path).error().code, base::ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace art32::crypto
