#include "gateway/prepared_statements.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::gateway {
namespace {

base::ByteView content(std::string_view text) {
  return base::as_bytes(text);
}

TEST(StatementBook, shares_a_statement_among_all_who_have_its_text) {
  StatementBook book;
  const StatementPointer one = book.find_or_add(content(std::string_view("select 1\0\0\0", 11)));
  EXPECT_EQ(one, book.find_or_add(content(std::string_view("select 1\0\0\0", 11))));
  EXPECT_NE(one->id, book.find_or_add(content(std::string_view("select 2\0\0\0", 11)))->id);
  EXPECT_EQ(one->sql(), "select 1");
}

TEST(StatementBook, forgets_what_nobody_has_when_there_is_too_much) {
  StatementBook book;
  const StatementPointer held = book.find_or_add(content("held"));
  const std::uint32_t dropped = book.find_or_add(content("dropped"))->id;
  for (std::size_t i = 0; i < 2 * base::limits::gateway_statements_kept; ++i)
    book.find_or_add(content("statement " + std::to_string(i)));
  EXPECT_EQ(book.size(), base::limits::gateway_statements_kept + 1);
  EXPECT_EQ(book.find_or_add(content("held")), held);
  EXPECT_NE(book.find_or_add(content("dropped"))->id, dropped);
}

TEST(ClientStatements, hold_a_bounded_number_of_names) {
  StatementBook book;
  ClientStatements statements;
  const StatementPointer one = book.find_or_add(content("select 1"));
  for (std::size_t i = 0; i < base::limits::gateway_statements_of_client; ++i)
    ASSERT_TRUE(statements.set(std::to_string(i), one));
  EXPECT_FALSE(statements.set("one more", one));
  EXPECT_TRUE(statements.set("0", one));
  statements.erase("0");
  EXPECT_EQ(statements.find("0"), nullptr);
  statements.erase_statement(one->id);
  EXPECT_EQ(statements.size(), 0U);
}

TEST(ServerStatements, close_the_one_used_longest_ago_first) {
  ServerStatements statements;
  for (const std::uint32_t id : {1U, 2U, 3U})
    statements.add(id, 7);
  EXPECT_TRUE(statements.use(1));
  EXPECT_FALSE(statements.use(4));
  EXPECT_EQ(statements.surplus(3), std::nullopt);
  EXPECT_EQ(statements.surplus(2), 2U);
  EXPECT_EQ(statements.generation(3), 7U);
  statements.erase(3);
  EXPECT_EQ(statements.generation(3), std::nullopt);
}

TEST(ServerNames, can_be_told_from_those_of_clients) {
  EXPECT_EQ(server_name(255), "art32:ff");
  EXPECT_TRUE(looks_like_server_name(server_name(1)));
  EXPECT_FALSE(looks_like_server_name("pdo_stmt_1"));
}

}  // namespace
}  // namespace art32::gateway
