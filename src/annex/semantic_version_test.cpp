#include "annex/semantic_version.h"

#include <gtest/gtest.h>

namespace art32::annex {
namespace {

TEST(SemanticVersion, orders_as_clause_11_says) {
  const std::vector<std::string> ascending{
      "0.9.9",        "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
      "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "1.0.0+build5",     "1.0.1",
      "1.2.0",        "1.10.0",        "2.0.0"};
  for (std::size_t i = 0; i < ascending.size(); ++i)
    for (std::size_t j = 0; j < ascending.size(); ++j)
      EXPECT_EQ(precedence(*parse_semantic_version(ascending[i]), *parse_semantic_version(ascending[j])),
                i <=> j)
          << ascending[i] << " " << ascending[j];
}

TEST(SemanticVersion, ignores_build_metadata_in_the_order) {
  EXPECT_EQ(precedence(*parse_semantic_version("1.0.0+a"), *parse_semantic_version("1.0.0+001")),
            std::strong_ordering::equal);
}

TEST(SemanticVersion, refuses_what_the_grammar_does_not_allow) {
  for (const char* text : {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "1.2.3-a..b",
                           "a.b.c", "-1.0.0", "1.2.3-ä", " 1.2.3", "99999999999999999999.0.0"})
    EXPECT_FALSE(parse_semantic_version(text)) << text;
}

}  // namespace
}  // namespace art32::annex
