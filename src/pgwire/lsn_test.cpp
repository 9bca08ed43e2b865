#include "pgwire/lsn.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace art32::pgwire {
namespace {

TEST(LsnText, is_two_hexadecimal_numbers) {
  EXPECT_EQ(format_lsn({0x16'b374'd848}), "16/B374D848");
  EXPECT_EQ(parse_lsn("16/B374D848"), Lsn{0x16'b374'd848});
  EXPECT_EQ(format_lsn({}), "0/0");
  EXPECT_EQ(parse_lsn("ffffffff/ffffffff"), Lsn{0xffff'ffff'ffff'ffff});
}

TEST(LsnText, of_anything_else_is_none) {
  for (const char* text : {"", "/", "16", "16/", "/16", "16/1/2", "1 6/0", "16/-1", "16/0x1", "100000000/0"})
    EXPECT_FALSE(parse_lsn(text)) << text;
}

}  // namespace
}  // namespace art32::pgwire
