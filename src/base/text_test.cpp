#include "base/text.h"

#include <gtest/gtest.h>

#include "base/error_code.h"
#include "base/json_text.h"

namespace art32::base {
namespace {

TEST(Text, splits_trims_and_replaces) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(trim(" \t x y \n"), "x y");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(replace_all("aXbXX", "X", "XX"), "aXXbXXXX");
}

TEST(Text, refuses_ill_formed_utf8) {
  EXPECT_TRUE(is_utf8("Maßnahme – 1 €, 𝄞"));
  for (const std::string_view wrong :
       {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3"})
    EXPECT_FALSE(is_utf8(wrong));
}

TEST(Text, escapes_what_html_and_json_would_read_as_markup) {
  EXPECT_EQ(escape_html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  EXPECT_EQ(json_string("a\"\\\n\x01ß"), "\"a\\\"\\\\\\n\\u0001ß\"");
  EXPECT_EQ(json_string("\b\f\r\t\x1f\x7f"), "\"\\b\\f\\r\\t\\u001f\x7f\"");  // RFC 8785 section 3.2.2.2
  EXPECT_EQ(json_octets(as_bytes("ß")), "\"ß\"");
  EXPECT_EQ(json_octets(as_bytes("\xff")), R"({"base64":"/w=="})");
}

TEST(ErrorCodes, have_distinct_exit_codes_that_are_never_zero) {
  std::vector<int> seen;
  for (const ErrorCodeRow& row : error_codes()) {
    EXPECT_NE(row.exit_code, 0);
    EXPECT_EQ(std::find(seen.begin(), seen.end(), row.exit_code), seen.end()) << row.name;
    seen.push_back(row.exit_code);
    EXPECT_EQ(describe(row.code).name, row.name);
  }
}

}  // namespace
}  // namespace art32::base
