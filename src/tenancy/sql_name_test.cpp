#include "tenancy/sql_name.h"

#include <gtest/gtest.h>

namespace art32::tenancy {
namespace {

TEST(SqlName, is_quoted_where_the_server_would_read_something_else) {
  EXPECT_EQ(quote("team_id"), "team_id");
  EXPECT_EQ(quote("order"), "\"order\"");
  EXPECT_EQ(quote("Invoice"), "\"Invoice\"");
  EXPECT_EQ(quote("1st"), "\"1st\"");
  EXPECT_EQ(quote(""), "\"\"");
  EXPECT_EQ(quote("quoted \"name\""), "\"quoted \"\"name\"\"\"");
  EXPECT_EQ(quote("; drop table x"), "\"; drop table x\"");
  EXPECT_EQ(quote(ObjectName{"shop", "größe"}), "shop.\"größe\"");
  EXPECT_EQ(quote_list({"a", "user"}), "a, \"user\"");
}

TEST(SqlName, is_cut_where_the_server_would_cut_it_and_stays_its_own) {
  const std::string most(63, 'a');
  EXPECT_EQ(fitting_name(most), most);
  const std::string first = fitting_name(most + "b"), second = fitting_name(most + "c");
  EXPECT_EQ(first.size(), 63U);
  EXPECT_NE(first, second);
  EXPECT_EQ(first.substr(0, 54), second.substr(0, 54));
}

TEST(SqlName, is_not_cut_within_a_character) {
  std::string name = "x";
  while (name.size() < 80)
    name += "ö";
  const std::string cut = fitting_name(name);
  EXPECT_LE(cut.size(), 63U);
  EXPECT_NE(cut.find("ö_"), std::string::npos);
}

TEST(SqlComment, ends_at_no_line_of_a_name) {
  EXPECT_EQ(sql_comment("a\nb\r; drop table x"), "-- a b ; drop table x");
}

}  // namespace
}  // namespace art32::tenancy
