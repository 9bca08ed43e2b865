#include "crypto/aead.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace art32::crypto {
namespace {

using base::as_bytes;
using base::Bytes;
using base::from_hex;

// The GCM test cases 13, 14 and 16 submitted to NIST (McGrew and Viega, appendix B).
TEST(Aead, gives_the_published_ciphertexts) {
  const Bytes zero_key(32, 0), zero_nonce(12, 0);
  EXPECT_EQ(base::hex(aead_seal(zero_key, zero_nonce, {}, {})), "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(base::hex(aead_seal(zero_key, zero_nonce, Bytes(16, 0), {})),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
  const Bytes key = *from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const Bytes plain = *from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
  EXPECT_EQ(base::hex(aead_seal(key, *from_hex("cafebabefacedbaddecaf888"), plain,
                                *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
}

TEST(Aead, refuses_when_anything_differs) {
  const Bytes key(32, 1), nonce(12, 2);
  const Bytes sealed = aead_seal(key, nonce, as_bytes("record"), as_bytes("leaf 7"));
  EXPECT_EQ(base::to_text(*aead_open(key, nonce, sealed, as_bytes("leaf 7"))), "record");
  const auto code = [](const base::Result<Bytes>& opened) { return opened.error().code; };
  EXPECT_EQ(code(aead_open(Bytes(32, 9), nonce, sealed, as_bytes("leaf 7"))), base::ErrorCode::corrupt);
  EXPECT_EQ(code(aead_open(key, Bytes(12, 9), sealed, as_bytes("leaf 7"))), base::ErrorCode::corrupt);
  EXPECT_EQ(code(aead_open(key, nonce, sealed, as_bytes("leaf 8"))), base::ErrorCode::corrupt);
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_EQ(code(aead_open(key, nonce, base::ByteView(sealed).first(size), as_bytes("leaf 7"))),
              base::ErrorCode::corrupt);
}

RC_GTEST_PROP(Aead, opens_what_it_sealed_and_nothing_with_a_bit_flipped,
              (const Bytes& plain, const Bytes& associated, std::uint16_t position, std::uint8_t bit)) {
  const Bytes key(32, 3), nonce(12, 4);
  Bytes sealed = aead_seal(key, nonce, plain, associated);
  RC_ASSERT(sealed.size() == plain.size() + aead_tag_octets);
  RC_ASSERT(aead_open(key, nonce, sealed, associated).value() == plain);
  sealed[position % sealed.size()] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  RC_ASSERT(!aead_open(key, nonce, sealed, associated).has_value());
}

}  // namespace
}  // namespace art32::crypto
