#include "crypto/mac.h"

#include <gtest/gtest.h>

namespace art32::crypto {
namespace {

using base::as_bytes;

// RFC 4231 sections 4.2, 4.3 and 4.7.
TEST(HmacSha256, gives_the_published_codes) {
  EXPECT_EQ(base::hex(hmac_sha256(base::Bytes(20, 0x0b), as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(base::hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(base::hex(hmac_sha256(base::Bytes(131, 0xaa),
                                  as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, takes_its_message_in_parts) {
  EXPECT_EQ(
      hmac_sha256(as_bytes("Jefe"), {as_bytes("what do ya "), as_bytes(""), as_bytes("want for nothing?")}),
      hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")));
}

TEST(HmacSha256, accepts_an_empty_key_and_message) {
  EXPECT_EQ(base::hex(hmac_sha256({}, base::ByteView{})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(EqualConstantTime, compares_length_and_every_octet) {
  EXPECT_TRUE(equal_constant_time(as_bytes("same"), as_bytes("same")));
  EXPECT_TRUE(equal_constant_time({}, {}));
  EXPECT_FALSE(equal_constant_time(as_bytes("same"), as_bytes("samf")));
  EXPECT_FALSE(equal_constant_time(as_bytes("same"), as_bytes("tame")));
  EXPECT_FALSE(equal_constant_time(as_bytes("same"), as_bytes("sam")));
}

}  // namespace
}  // namespace art32::crypto
