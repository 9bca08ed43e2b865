#include "tenancy/claim_token.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "crypto/mac.h"
#include "tenancy/testing.h"

namespace art32::tenancy {
namespace {

using base::ErrorCode;
using namespace std::chrono_literals;

// A token whose header and payload are any text, signed rightly.
std::string signed_token(std::string_view header, std::string_view payload) {
  const KeyRing keys = vector_keys();
  const std::string text =
      base::base64url(base::as_bytes(header)) + "." + base::base64url(base::as_bytes(payload));
  return text + "." +
         base::base64url(crypto::hmac_sha256(keys.signing().secret.view(), base::as_bytes(text)));
}

constexpr std::string_view right_header = R"({"alg":"HS256","kid":"k1","typ":"art32-claim+jwt"})";

base::Result<model::Claim> verify(std::string_view token) {
  return verify_claim(token, vector_keys(), "example", vector_time());
}

TEST(ClaimToken, agrees_with_the_vector_of_its_format) {
  const std::string token = sign_claim(vector_claim(), vector_keys());
  EXPECT_EQ(token,
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIiwidHlwIjoiYXJ0MzItY2xhaW0rand0In0."
            "eyJhdWQiOiJleGFtcGxlIiwiZXhwIjoxNzY0NTAwMDYwLCJpYXQiOjE3NjQ1MDAwMDAsImtpbmQiOiJ1c2VyIiwicmVxdWVz"
            "dCI6InIt"
            "MSIsInN1YiI6IjciLCJ0ZWFtIjoiNDIifQ.T-A77LB1uCF8dZUALKjDSIuC0mz20c09Q8mmyIEAdu8");
  const auto read = verify(token);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, vector_claim());
}

TEST(ClaimToken, any_octet_changed_is_refused) {
  const std::string token = sign_claim(vector_claim(), vector_keys());
  for (std::size_t at = 0; at < token.size(); ++at)
    for (const char other : {'A', 'B', '.', '=', '\0'}) {
      if (token[at] == other) continue;
      std::string changed = token;
      changed[at] = other;
      EXPECT_FALSE(verify(changed)) << at;
    }
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_FALSE(verify(token.substr(0, size))) << size;
}

TEST(ClaimToken, is_for_one_audience_and_its_time) {
  const std::string token = sign_claim(vector_claim(), vector_keys());
  const auto error_at = [&](std::string_view audience, base::Instant now) {
    const auto read = verify_claim(token, vector_keys(), audience, now);
    return read ? std::string("believed") : read.error().message();
  };
  const base::Instant expires = vector_claim().expires, issued = vector_claim().issued;
  EXPECT_NE(error_at("other", vector_time()).find("it is for \"example\", and this is \"other\""),
            std::string::npos);
  EXPECT_EQ(error_at("example", expires - 1us), "believed");
  EXPECT_NE(error_at("example", expires + 3s).find("expired 3 s ago"), std::string::npos);
  EXPECT_EQ(error_at("example", issued - base::limits::claim_skew), "believed");
  EXPECT_NE(error_at("example", issued - base::limits::claim_skew - 1s).find("11 s in the future"),
            std::string::npos);
}

TEST(ClaimToken, believes_the_key_that_is_being_replaced_and_no_other) {
  KeyRing keys = vector_keys();
  const std::string before = sign_claim(vector_claim(), keys);
  ASSERT_TRUE(keys.add("k2"));
  ASSERT_TRUE(keys.sign_with("k2"));
  const std::string after = sign_claim(vector_claim(), keys);
  for (const std::string& token : {before, after})
    EXPECT_TRUE(verify_claim(token, keys, "example", vector_time()));
  EXPECT_EQ(verify(after).error().code, ErrorCode::permission);
  ASSERT_TRUE(keys.remove("k1"));
  EXPECT_EQ(verify_claim(before, keys, "example", vector_time()).error().code, ErrorCode::permission);
}

// RFC 8725: sections 3.1 (algorithms) and 3.11 (types).
TEST(ClaimToken, a_header_of_another_kind_is_refused_although_signed) {
  const std::string payload =
      R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42"})";
  EXPECT_TRUE(verify(signed_token(right_header, payload)));
  for (const std::string_view header :
       {R"({"alg":"none","kid":"k1","typ":"art32-claim+jwt"})",
        R"({"alg":"HS512","kid":"k1","typ":"art32-claim+jwt"})", R"({"alg":"HS256","kid":"k1","typ":"JWT"})",
        R"({"alg":"HS256","kid":"k1"})", R"({"alg":"HS256","crit":["x"],"kid":"k1","typ":"art32-claim+jwt"})",
        R"([])", R"("")", ""})
    EXPECT_FALSE(verify(signed_token(header, payload))) << header;
}

TEST(ClaimToken, a_payload_that_is_no_claim_is_refused_although_signed) {
  for (
      const std::string_view payload : {
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7"})",
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":42})",
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":""})",
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"4 2"})",
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"root","request":"r-1","sub":"7","team":"42"})",
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"principal","request":"r-1","sub":"7","team":"42"})",
          R"({"aud":"example","exp":1.7645e9,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42"})",
          R"({"aud":"example","exp":-1,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42"})",
          R"({"aud":"example","exp":1764510000,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42"})",
          R"({"aud":"example","exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42","role":"x"})",
          R"({"aud":["example"],"exp":1764500060,"iat":1764500000,"kind":"user","request":"r-1","sub":"7","team":"42"})",
          R"([[[[1]]]])",
      }) {
    const auto read = verify(signed_token(right_header, payload));
    ASSERT_FALSE(read) << payload;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument) << payload;
  }
}

TEST(ClaimToken, what_is_too_long_is_refused_unread) {
  const auto read = verify(std::string(10U << 20, 'a'));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("longer than 1024 octets"), std::string::npos);
}

}  // namespace
}  // namespace art32::tenancy
