#include "base/bytes.h"

#include <gtest/gtest.h>

namespace art32::base {
namespace {

// RFC 4648 section 10.
TEST(Base64, agrees_with_the_vectors_of_rfc_4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64(as_bytes(plain)), encoded);
    ASSERT_TRUE(from_base64(encoded).has_value()) << encoded;
    EXPECT_EQ(to_text(*from_base64(encoded)), plain);
  }
}

TEST(Base64, refuses_wrong_padding_alphabet_and_trailing_bits) {
  for (const std::string_view wrong :
       {"Zg=", "Zg", "Z===", "=g==", "Zm9v=g==", "Zh==", "Zm9=", "Zm 9", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(wrong).has_value()) << wrong;
}

TEST(Base64Url, is_base64_with_two_other_letters_and_without_padding) {
  const Bytes octets{0xfb, 0xff, 0xbf, 0x01};
  EXPECT_EQ(base64(octets), "+/+/AQ==");
  EXPECT_EQ(base64url(octets), "-_-_AQ");
  EXPECT_EQ(from_base64url("-_-_AQ"), octets);
  EXPECT_EQ(from_base64url(""), Bytes());
  for (const std::string_view wrong : {"+/+/AQ", "-_-_AQ==", "-_-_A", "-_-_AR", "-_-_A Q"})
    EXPECT_FALSE(from_base64url(wrong).has_value()) << wrong;
}

TEST(Hex, reads_what_it_writes_and_refuses_the_rest) {
  EXPECT_EQ(hex(Bytes{0x00, 0x7f, 0xff}), "007fff");
  EXPECT_EQ(from_hex("007fff"), (Bytes{0x00, 0x7f, 0xff}));
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0G").has_value());
  EXPECT_FALSE(from_hex("0A").has_value()) << "upper case is another spelling of the same octets";
}

TEST(BigEndian, puts_the_highest_octet_first) {
  Bytes bytes;
  put_u16(bytes, 0x0102);
  put_u32(bytes, 0x03040506);
  put_u64(bytes, 0x0708090a0b0c0d0e);
  EXPECT_EQ(hex(bytes), "0102030405060708090a0b0c0d0e");
  EXPECT_EQ(get_u16(ByteView(bytes).subspan(0)), 0x0102);
  EXPECT_EQ(get_u32(ByteView(bytes).subspan(2)), 0x03040506U);
  EXPECT_EQ(get_u64(ByteView(bytes).subspan(6)), 0x0708090a0b0c0d0eU);
}

}  // namespace
}  // namespace art32::base
