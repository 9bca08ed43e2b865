#include "identity/authorization.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace art32::identity {
namespace {

std::string basic(std::string_view pair) {
  return "Basic " + base::base64(base::as_bytes(pair));
}

std::string shown(std::string_view header) {
  const auto credentials = parse_authorization(header);
  if (!credentials) return "nothing";
  if (const auto* password = std::get_if<BasicCredentials>(&*credentials))
    return "basic " + password->name + " " + std::string(password->password.text());
  return "bearer " + std::string(std::get<BearerCredentials>(*credentials).token.text());
}

TEST(Authorization, reads_a_name_and_a_password) {
  EXPECT_EQ(shown("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "basic Aladdin open sesame");  // RFC 7617 section 2
  EXPECT_EQ(shown("Basic dGVzdDoxMjPCow=="), "basic test 123£");  // RFC 7617 section 2.1
  EXPECT_EQ(shown("bAsIc dGVzdDoxMjPCow=="), "basic test 123£");
  EXPECT_EQ(shown(basic("name:pass:word")), "basic name pass:word");
  EXPECT_EQ(shown(basic(":")), "basic  ");
}

TEST(Authorization, reads_a_token_as_laravel_does) {
  EXPECT_EQ(shown("Bearer 1|abc"), "bearer 1|abc");
  EXPECT_EQ(shown("bearer 1|abc"), "bearer 1|abc");
  EXPECT_EQ(shown("Bearer 1|abc, Bearer 2|def"), "bearer 2|def") << "the last one";
  EXPECT_EQ(shown("Bearer 1|abc, Digest x"), "bearer 1|abc") << "cut at the comma";
}

TEST(Authorization, gives_nothing_for_anything_else) {
  for (const std::string& header :
       {std::string(), std::string("Basic"), std::string("Bearer"), std::string("Bearer "),
        std::string("Bearer  ,x"), std::string("Digest username=x"), std::string("Basic ???"),
        std::string("Basic QQ"), basic("no colon"), std::string("1|abc")})
    EXPECT_EQ(shown(header), "nothing") << header;
}

RC_GTEST_PROP(Authorization, survives_any_header, (const std::string& tail)) {
  parse_authorization(tail);
  parse_authorization("Basic " + tail);
  parse_authorization("Bearer " + tail);
}

}  // namespace
}  // namespace art32::identity
