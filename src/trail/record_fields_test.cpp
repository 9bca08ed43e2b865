#include "trail/record_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace art32::trail {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view row =
    R"({"columns":[["note","r]e,\"d\\","blue"],["id",{"unsent":true},"7"],["x",null]],"commit":"16/B374D848","format":"art32-record/v1","kind":"update","number":0,"place":1,"salt":"00","schema":"public","table":"in\"voice","team":"42"})";
constexpr std::string_view transaction =
    R"({"at":"2026-11-30T12:00:00.500000Z","author":{"id":"7","kind":"token","request":"r-1","team":"42"},"changes":2,"commit":"16/B374D848","format":"art32-record/v1","kind":"transaction","number":2,"origin":"","place":3,"salt":"00","team":"42","transaction":"745"})";

TEST(RecordFields, are_those_of_a_row) {
  const auto fields = parse_record(base::as_bytes(row));
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->kind, RecordFields::Kind::update);
  EXPECT_TRUE(fields->is_row());
  EXPECT_EQ(fields->schema, R"("public")");
  EXPECT_EQ(fields->table, R"("in\"voice")");
  EXPECT_EQ(fields->commit, R"("16/B374D848")");
  std::vector<std::string> columns;
  EXPECT_TRUE(visit_columns(fields->columns, [&](const ColumnField& field) {
    columns.push_back(std::string(field.name) + '=' + std::string(field.first) + '>' +
                      std::string(field.second));
    return true;
  }));
  EXPECT_THAT(columns,
              ElementsAre(R"("note"="r]e,\"d\\">"blue")", R"("id"={"unsent":true}>"7")", R"("x"=null>)"));
  EXPECT_EQ(identity_of(fields->columns)->second, R"("7")");
  EXPECT_EQ(identity_of(R"([["key","1"],["x","2"]])")->first, R"("1")");
  EXPECT_EQ(identity_of("[]"), std::nullopt);
}

TEST(RecordFields, are_those_of_a_transaction_a_truncation_and_a_gap) {
  const auto end = parse_record(base::as_bytes(transaction));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->at, R"("2026-11-30T12:00:00.500000Z")");
  EXPECT_EQ(end->actor_id, R"("7")");
  EXPECT_EQ(end->actor_kind, R"("token")");
  EXPECT_EQ(end->request, R"("r-1")");
  const auto emptied = parse_record(
      base::as_bytes(R"({"cascade":true,"commit":"0/1","kind":"truncate","tables":[["a","b"],["c","d"]]})"));
  ASSERT_TRUE(emptied);
  std::vector<std::string> tables;
  EXPECT_TRUE(visit_tables(emptied->tables, [&](std::string_view schema, std::string_view table) {
    tables.push_back(std::string(schema) + std::string(table));
  }));
  EXPECT_THAT(tables, ElementsAre(R"("a""b")", R"("c""d")"));
  EXPECT_TRUE(parse_record(base::as_bytes(R"({"kind":"gap","noticed":"x"})")));
  EXPECT_TRUE(
      parse_record(base::as_bytes(R"({"at":"x","author":null,"commit":"0/1","kind":"transaction"})")));
}

TEST(RecordFields, of_what_is_cut_off_anywhere_are_none) {
  for (const std::string_view whole : {row, transaction})
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(parse_record(base::as_bytes(whole.substr(0, size)))) << size;
  for (const char* bad :
       {R"({"kind":"else","commit":"0/1"})", R"({"kind":"gap"})", R"({"kind":"insert","commit":"0/1"})",
        R"({"kind":"gap","noticed":"x"}})", R"({"kind":"gap","noticed":})", R"([])"})
    EXPECT_FALSE(parse_record(base::as_bytes(bad))) << bad;
  EXPECT_FALSE(visit_columns(R"([["a"]])", [](auto&&) { return true; }));
  EXPECT_FALSE(visit_tables(R"([["a"]])", [](auto&&...) {}));
}

}  // namespace
}  // namespace art32::trail
