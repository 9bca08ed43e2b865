#include "net/http_target.h"

#include <gtest/gtest.h>

namespace art32::net {
namespace {

TEST(HttpTarget, splits_and_decodes) {
  const auto target = parse_target("/de/ma%C3%9Fnahmen/a..b?x=%2F&y");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/de/maßnahmen/a..b");
  EXPECT_EQ(target->query, "x=%2F&y");
}

TEST(HttpTarget, refuses_what_others_may_read_otherwise) {
  for (const char* target : {"",
                             "*",
                             "de/",
                             "http://localhost/",
                             "https://localhost/de/",
                             "localhost:443",
                             "/de#top",
                             "/a b",
                             "/de\\x",
                             "/%",
                             "/%4",
                             "/%4g",
                             "/%zz",
                             "/%00",
                             "/%0a",
                             "/%7f",
                             "/%2f",
                             "/%5C",
                             "/..",
                             "/../etc/passwd",
                             "/de/..",
                             "/de/.",
                             "/./de",
                             "/%2e%2e/",
                             "/.%2e",
                             "/de/%2E",
                             "/%ff",
                             "/%c3",
                             "/\xc3\x9f",
                             "/\"",
                             "/<",
                             "/de?a b",
                             "/de?%",
                             "/de?%4",
                             "/de?#",
                             "/de?\x7f",
                             "/de?a[]"}) {
    EXPECT_FALSE(parse_target(target).has_value()) << target;
  }
}

TEST(QueryValues, decodes_every_value_of_a_name) {
  using Values = std::vector<std::string>;
  EXPECT_EQ(query_values("ability=orders%3Aread&x=1&ability=b%20c", "ability"),
            (Values{"orders:read", "b c"}));
  EXPECT_EQ(query_values("abilities=a&ability&ability=&ability=a=b", "ability"), (Values{"", "", "a=b"}));
  EXPECT_EQ(query_values("ability=%zz%4", "ability"), (Values{"%zz%4"}));
  EXPECT_EQ(query_values("", "ability"), Values{});
}

TEST(Encoded, comes_back_as_it_was) {
  std::string all;
  for (int octet = 0; octet < 256; ++octet)
    all += static_cast<char>(octet);
  EXPECT_EQ(query_values("x=" + encoded(all), "x").front(), all);
  EXPECT_EQ(encoded("a-Z.0_~ /&=+%\xC3\xBC"), "a-Z.0_~%20%2F%26%3D%2B%25%C3%BC");
}

}  // namespace
}  // namespace art32::net
