#include "identity/abilities.h"

#include <gtest/gtest.h>

namespace art32::identity {
namespace {

TEST(Abilities, are_granted_whole_or_by_the_asterisk) {
  const Abilities some{{"orders:read", "orders"}}, all{{"x", "*"}}, none;
  EXPECT_TRUE(some.allow("orders:read"));
  EXPECT_TRUE(some.allow("orders"));
  EXPECT_FALSE(some.allow("orders:write"));
  EXPECT_FALSE(some.allow("ORDERS"));
  EXPECT_FALSE(some.allow("*"));
  EXPECT_FALSE(some.allow(""));
  EXPECT_TRUE(all.allow("anything"));
  EXPECT_FALSE(none.allow("anything"));
  EXPECT_FALSE((Abilities{{"orders:*"}}.allow("orders:read"))) << "it is no pattern";
}

TEST(Abilities, are_a_json_array_of_texts) {
  for (const Abilities& abilities :
       {Abilities{}, Abilities{{"*"}}, Abilities{{"a", "b \"c\" \\ /", "\xc3\xa4"}}}) {
    EXPECT_EQ(parse_abilities(to_json(abilities)), abilities);
  }
  EXPECT_EQ(to_json({{"a", "\""}}), R"(["a","\""])");
  EXPECT_EQ(parse_abilities(R"( [ "a\/b" , "\u00e4" ] )"), (Abilities{{"a/b", "\xc3\xa4"}}));
  EXPECT_EQ(parse_abilities("null"), Abilities{});
}

TEST(Abilities, are_nothing_else) {
  for (const char* json : {"", "*", "\"*\"", "{}", "{\"0\":\"*\"}", "[1]", "[null]", "[[\"*\"]]", "[\"*\"",
                           "[\"*\"],", "true", "[\"\"]", "[\"a\\u0000b\"]", "[\"a\\nb\"]", "[\"\xff\"]"})
    EXPECT_EQ(parse_abilities(json), std::nullopt) << json;
  EXPECT_EQ(parse_abilities(std::string(1'000'000, '[')), std::nullopt);
  EXPECT_FALSE(is_valid({std::vector<std::string>(101, "a")}));
  EXPECT_FALSE(is_valid({{std::string(101, 'a')}}));
}

}  // namespace
}  // namespace art32::identity
