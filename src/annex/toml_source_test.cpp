#include "annex/toml_source.h"

#include <gtest/gtest.h>

namespace art32::annex {
namespace {

TEST(TomlSource, keeps_lines_and_the_order_of_the_file) {
  const auto root = parse_toml("zebra = 1\n[apple]\nx = \"\"\"a\nb\"\"\"\nday = 2026-11-23\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->members.size(), 2U);
  EXPECT_EQ(root->members[0].key, "zebra");
  EXPECT_EQ(root->members[1].line, 2);
  const Member* day = root->members[1].value.find("day");
  ASSERT_NE(day, nullptr);
  EXPECT_EQ(day->line, 5);
  EXPECT_EQ(base::iso_date(day->value.date), "2026-11-23");
}

TEST(TomlSource, refuses_a_header_that_begins_with_no_key) {
  for (const char* text :
       {"\n[", "\n[!]", "\n[[", "\n [ [a]]", "\n[\n", "\n[[]]", "\n[.a]", "\n[#", "\n[\x01"}) {
    const auto root = parse_toml(text);
    ASSERT_FALSE(root) << text;
    EXPECT_EQ(root.error().line, 2) << text;
  }
}

TEST(TomlSource, refuses_letters_beyond_ascii_outside_of_strings_and_comments) {
  for (const char* text :
       {"\nß = 1", "\na = 0\"ü\"", "\n[Maß]", "\na = ö", "\na = 1 \u00a0", "\n\u2003a = 1", "\n\u20ac"}) {
    const auto root = parse_toml(text);
    ASSERT_FALSE(root) << text;
    EXPECT_EQ(root.error().line, 2) << text;
  }
  for (const char* text : {"\ufeffa = 1", "\"ß\" = 'ö' # ü", "[\"Maß\"]", "a = \"\"\"ö\nü\"\"\""})
    EXPECT_TRUE(parse_toml(text)) << text;
}

TEST(TomlSource, reads_brackets_in_strings_comments_and_lists) {
  for (const char* text :
       {"a = \"\"\"\n[!]\n\"\"\"\"\"\nb = 1", "a = '''\n[!]\n'''", "# [!\n[ok]", "a = [\n  [{ b = 1 }],\n]\n",
        "[\"!\"]", "[ 'a'.b ]\n[[c]] # [\n", "a = \"\\\"\"\n", "a = 'x\\'\n[b]\n"}) {
    EXPECT_TRUE(parse_toml(text)) << text;
  }
}

TEST(TomlSource, names_the_line_of_a_syntax_error) {
  const auto root = parse_toml("a = 1\nb = = 2\n");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().line, 2);
}

}  // namespace
}  // namespace art32::annex
