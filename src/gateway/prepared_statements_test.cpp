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
  const StatementPointer two = book.find_or_add(content(std::string_view("select 2\0\0\0", 11)));
  EXPECT_NE(one->id, two->id);
  EXPECT_NE(one->number, two->number);
  EXPECT_EQ(one->sql(), "select 1");
}

TEST(StatementBook, shares_no_statement_among_those_to_whom_names_mean_something_else) {
  StatementBook book;
  const StatementPointer one = book.find_or_add(content("select * from t"), 1);
  EXPECT_NE(one, book.find_or_add(content("select * from t"), 2));
  EXPECT_EQ(one, book.find_or_add(content("select * from t"), 1));
}

TEST(StatementBook, forgets_what_nobody_has_when_there_is_too_much) {
  StatementBook book;
  const StatementPointer held = book.find_or_add(content("held"));
  const StatementId dropped = book.find_or_add(content("dropped"))->id;
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
    ASSERT_NE(statements.set(std::to_string(i), one), 0U);
  EXPECT_EQ(statements.set("one more", one), 0U);
  EXPECT_NE(statements.set("0", one), 0U);
  statements.erase("0");
  EXPECT_EQ(statements.find("0"), nullptr);
  statements.clear();
  EXPECT_EQ(statements.size(), 0U);
}

TEST(ClientStatements, hold_bounded_texts) {
  StatementBook book;
  ClientStatements statements;
  const std::size_t most = base::limits::gateway_statement_octets_of_client;
  const StatementPointer half = book.find_or_add(content(std::string(most / 2 - 8, 'x')));
  EXPECT_NE(statements.set("a", half), 0U);
  EXPECT_NE(statements.set("b", half), 0U);
  EXPECT_EQ(statements.set("c", half), 0U);
  EXPECT_EQ(statements.set(std::string(100, 'c'), book.find_or_add(content("select 1"))), 0U)
      << "names count too";
  EXPECT_NE(statements.set("b", half), 0U);
  statements.erase("a");
  EXPECT_NE(statements.set("c", half), 0U);
}

TEST(ClientStatements, take_back_the_name_of_one_ticket_only) {
  StatementBook book;
  ClientStatements statements;
  const StatementPointer one = book.find_or_add(content("select 1"));
  const std::uint32_t first = statements.set("a", one);
  const std::uint32_t second = statements.set("b", one);
  statements.take_back({second, 99});
  EXPECT_NE(statements.find("a"), nullptr);
  EXPECT_EQ(statements.find("b"), nullptr);
  EXPECT_NE(statements.set("b", one), second);
  statements.take_back({second});
  EXPECT_NE(statements.find("b"), nullptr);
  statements.clear();
  EXPECT_NE(statements.set("c", one), first);
}

Statement numbered(std::uint64_t number) {
  Statement statement;
  statement.id = static_cast<StatementId>(number);
  statement.number = number;
  return statement;
}

TEST(ServerStatements, close_the_one_used_longest_ago_first) {
  ServerStatements statements;
  for (const std::uint64_t number : {1U, 2U, 3U})
    statements.add(numbered(number), 7);
  EXPECT_TRUE(statements.use(numbered(1), 1));
  EXPECT_FALSE(statements.use(numbered(4), 1));
  EXPECT_EQ(statements.surplus(3), std::nullopt);
  EXPECT_EQ(statements.surplus(2), numbered(2).id);
  statements.erase(numbered(3).id);
  EXPECT_FALSE(statements.may_have(numbered(3).id));
}

TEST(ServerStatements, use_neither_what_is_in_doubt_nor_what_is_too_old) {
  ServerStatements statements;
  statements.add(numbered(1), 7);
  statements.add(numbered(2), 8);
  EXPECT_FALSE(statements.use(numbered(1), 8));
  EXPECT_TRUE(statements.use(numbered(2), 8));
  statements.doubt_all();
  EXPECT_FALSE(statements.use(numbered(2), 1));
  EXPECT_TRUE(statements.may_have(numbered(2).id));
}

TEST(ServerStatements, take_none_for_another_of_the_same_name) {
  ServerStatements statements;
  const Statement one = numbered(1);
  Statement other = numbered(2);
  other.id = one.id;
  statements.add(one, 7);
  EXPECT_FALSE(statements.use(other, 1));
  EXPECT_TRUE(statements.may_have(other.id)) << "it is closed before the other one is prepared";
  statements.add(other, 7);
  EXPECT_TRUE(statements.use(other, 1));
  EXPECT_FALSE(statements.use(one, 1));
  EXPECT_EQ(statements.size(), 1U);
}

}  // namespace
}  // namespace art32::gateway
