#include "crypto/key_wrap.h"

#include <gtest/gtest.h>

namespace art32::crypto {
namespace {

using base::Bytes;
using base::from_hex;

// RFC 3394 section 4.6: 256 bits of key data under a 256-bit key.
TEST(KeyWrap, gives_the_published_result) {
  const Bytes wrapping = *from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const Bytes key = *from_hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  const Bytes wrapped = wrap_key(wrapping, key);
  EXPECT_EQ(base::hex(wrapped),
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
  EXPECT_EQ(base::hex(unwrap_key(wrapping, wrapped)->view()), base::hex(key));
}

TEST(KeyWrap, refuses_another_key_an_altered_octet_and_a_wrong_length) {
  const Bytes wrapping(32, 1);
  const Bytes wrapped = wrap_key(wrapping, Bytes(32, 2));
  EXPECT_EQ(unwrap_key(Bytes(32, 3), wrapped).error().code, base::ErrorCode::corrupt);
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    Bytes altered = wrapped;
    altered[i] ^= 1;
    EXPECT_EQ(unwrap_key(wrapping, altered).error().code, base::ErrorCode::corrupt) << i;
    EXPECT_EQ(unwrap_key(wrapping, base::ByteView(wrapped).first(i)).error().code, base::ErrorCode::corrupt)
        << i;
  }
}

}  // namespace
}  // namespace art32::crypto
