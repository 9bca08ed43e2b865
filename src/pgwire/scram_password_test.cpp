#include "pgwire/scram_password.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/limits.h"

namespace art32::pgwire {
namespace {

using namespace std::string_view_literals;

std::string prepared(std::string_view password) {
  const auto result = prepare_scram_password(password);
  return result ? std::string(result->text()) : result.error().message();
}

// RFC 4013 section 3.
TEST(ScramPassword, is_prepared_as_the_published_examples) {
  EXPECT_EQ(prepared("I\u00adX"), "IX");
  EXPECT_EQ(prepared("user"), "user");
  EXPECT_EQ(prepared("USER"), "USER");
  EXPECT_EQ(prepared("\u00aa"), "a");
  EXPECT_EQ(prepared("\u2168"), "IX");
}

TEST(ScramPassword, is_the_same_in_every_normal_form) {
  EXPECT_EQ(prepared("u\u0308"), "\u00fc");
  EXPECT_EQ(prepared("\u00fc"), "\u00fc");
  EXPECT_EQ(prepared("\ufb01"), "fi");
  EXPECT_EQ(prepared("\u1112\u1161\u11ab"), "\ud55c");
  EXPECT_EQ(prepared("\U0002f868"), "\u36fc") << "Unicode's Corrigendum 4";
}

TEST(ScramPassword, has_plain_spaces_for_all_others) {
  EXPECT_EQ(prepared("\u00a0x"), " x");
  EXPECT_EQ(prepared("\u200bx"), " x");
  EXPECT_EQ(prepared("\u1680"), " ");
}

TEST(ScramPassword, counts_octet_by_octet_where_saslprep_prohibits_it) {
  for (const std::string_view password : {"\a", "a\a\u00e9",
                                          "\u0627"
                                          "1",
                                          "\u0627"
                                          "a\u0628",
                                          "\u0340", "\u0221", "\ue000", "\ufffe", "\u00ad", "\U000e0001"})
    EXPECT_EQ(prepared(password), password);
}

TEST(ScramPassword, counts_octet_by_octet_where_it_is_not_utf8) {
  for (const std::string_view password :
       {"\xff\xfe\x80", "caf\xe9", "\xc0\xaf", "\xed\xa0\x80", "\u00aa\xe2\x85"})
    EXPECT_EQ(prepared(password), password);
}

TEST(ScramPassword, is_refused_when_postgresql_cannot_have_it) {
  const std::string longest(base::limits::scram_password_octets, 'x'), longer = longest + "x";
  EXPECT_TRUE(prepare_scram_password(longest).has_value());
  for (const std::string_view password : {""sv, "a\0b"sv, "\0"sv, std::string_view(longer)}) {
    const auto result = prepare_scram_password(password);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, base::ErrorCode::invalid_argument);
  }
}

RC_GTEST_PROP(ScramPassword, of_any_octets_is_never_empty, (const std::string& password)) {
  const auto result = prepare_scram_password(password);
  RC_ASSERT(result.has_value() == (!password.empty() && password.find('\0') == password.npos));
  RC_ASSERT(!result || result->size() > 0);
}

}  // namespace
}  // namespace art32::pgwire
