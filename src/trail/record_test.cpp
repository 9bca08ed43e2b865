#include "trail/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "trail/transaction_reader.h"

namespace art32::trail {
namespace {

using pgwire::LogicalOld;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Value::Kind;

constexpr std::string_view salt = "000102030405060708090a0b0c0d0e0f";
const TransactionBegin transaction{{0x16'b374'd848}, *base::parse_rfc3339("2026-11-30T12:00:00.5Z"), 745};
const TableRules by_team{{}, 1};

std::shared_ptr<const Table> invoice() {
  auto table = std::make_shared<Table>();
  table->id = 16'385;
  table->schema = "public";
  table->name = "invoice";
  table->replica_identity = 'f';
  table->columns = {{"id", 20, -1, true}, {"team_id", 20, -1, false}, {"note", 25, -1, false}};
  return table;
}

Value text(std::string_view value) {
  return {Kind::text, value};
}

// A change with its own table and rows.
struct Made {
  Operation operation;
  LogicalOld old;
  std::vector<Value> before, after;
  std::shared_ptr<const Table> table = invoice();

  Change change() const { return {operation, table, old, before, after}; }
  std::string record(const TableRules& rules = by_team, const CommitToValue& commit_to = {}) const {
    return change_record({"42", 0, 1, salt}, transaction, change(), rules, commit_to).json;
  }
  // The list of columns alone.
  std::string columns(const TableRules& rules = by_team, const CommitToValue& commit_to = {}) const {
    const std::string whole = record(rules, commit_to);
    return whole.substr(11, whole.find(",\"commit\"") - 11);
  }
};

// docs/formats/record.md
TEST(Record, is_that_of_the_vectors) {
  const Made insert{Operation::insert, LogicalOld::none, {}, {text("7"), text("42"), text("red")}};
  const Made update{Operation::update,
                    LogicalOld::full,
                    {text("7"), text("42"), text("red")},
                    {text("7"), text("42"), Value()}};
  const CommitToValue none;
  const std::vector<std::string> records = {
      insert.record(), change_record({"42", 1, 2, salt}, transaction, update.change(), by_team, none).json,
      transaction_record({"42", 2, 3, salt}, transaction, {Author{"42", "token", "7", "r-1"}, 2, ""}),
      truncation_record({"", 0, 1, salt}, transaction, {{invoice()}, true, false}),
      gap_record({"", 1, 0, salt}, {7'000'000'000'000'000'001,
                                    7'000'000'000'000'000'001,
                                    1,
                                    2,
                                    {0x10},
                                    {0x20},
                                    transaction.at,
                                    "the slot was made anew"})};
  EXPECT_THAT(
      records,
      ElementsAre(
          R"({"columns":[["id","7"],["team_id","42"],["note","red"]],"commit":"16/B374D848","format":"art32-record/v1","kind":"insert","number":0,"place":1,"salt":"000102030405060708090a0b0c0d0e0f","schema":"public","table":"invoice","team":"42"})",
          R"({"columns":[["id","7"],["team_id","42"],["note","red",null]],"commit":"16/B374D848","format":"art32-record/v1","kind":"update","number":1,"place":2,"salt":"000102030405060708090a0b0c0d0e0f","schema":"public","table":"invoice","team":"42"})",
          R"({"at":"2026-11-30T12:00:00.500000Z","author":{"id":"7","kind":"token","request":"r-1","team":"42"},"changes":2,"commit":"16/B374D848","format":"art32-record/v1","kind":"transaction","number":2,"origin":"","place":3,"salt":"000102030405060708090a0b0c0d0e0f","team":"42","transaction":"745"})",
          R"({"cascade":true,"commit":"16/B374D848","format":"art32-record/v1","kind":"truncate","number":0,"place":1,"restart_identity":false,"salt":"000102030405060708090a0b0c0d0e0f","tables":[["public","invoice"]],"team":""})",
          R"({"format":"art32-record/v1","from":{"lsn":"0/10","system":"7000000000000000001","timeline":1},"kind":"gap","noticed":"2026-11-30T12:00:00.500000Z","number":1,"place":0,"reason":"the slot was made anew","salt":"000102030405060708090a0b0c0d0e0f","team":"","to":{"lsn":"0/20","system":"7000000000000000001","timeline":2}})"));
}

TEST(Record, of_an_update_shows_what_was_kept_what_changed_and_what_the_log_has_not) {
  Made made{Operation::update,
            LogicalOld::full,
            {text("7"), text("42"), text("red")},
            {text("7"), text("42"), text("blue")}};
  EXPECT_EQ(made.columns(), R"([["id","7"],["team_id","42"],["note","red","blue"]])");
  made.old = LogicalOld::key;
  made.before = {text("6"), Value(), Value()};
  EXPECT_EQ(made.columns(),
            R"([["id","6","7"],["team_id",{"unsent":true},"42"],["note",{"unsent":true},"blue"]])");
  made.old = LogicalOld::none;
  made.before = {};
  made.after[2] = {Kind::unchanged, {}};
  EXPECT_EQ(made.columns(),
            R"([["id",{"unsent":true},"7"],["team_id",{"unsent":true},"42"],["note",{"unsent":true}]])");
}

TEST(Record, of_a_deleted_row_has_its_key_where_the_log_has_no_more) {
  const Made full{Operation::remove, LogicalOld::full, {text("7"), text("42"), Value()}, {}};
  EXPECT_EQ(full.columns(), R"([["id","7"],["team_id","42"],["note",null]])");
  const Made key{Operation::remove, LogicalOld::key, {text("7"), Value(), Value()}, {}};
  EXPECT_EQ(key.columns(), R"([["id","7"],["team_id",{"unsent":true}],["note",{"unsent":true}]])");
}

TEST(Record, keeps_of_secrets_that_they_changed_and_of_persons_a_commitment) {
  const Made made{Operation::update,
                  LogicalOld::full,
                  {text("7"), text("42"), text("red")},
                  {text("7"), text("42"), text("blue")}};
  const std::string secret = made.columns({{ColumnClass::plain, ColumnClass::plain, ColumnClass::secret}, 1});
  EXPECT_EQ(secret, R"([["id","7"],["team_id","42"],["note",{"secret":true},{"secret":true}]])");
  const CommitToValue commit_to = [](std::size_t column, RowSide side, std::string_view value) {
    return std::to_string(column) + (side == RowSide::before ? "<" : ">") + std::string(value);
  };
  const TableRules rules{{ColumnClass::plain, ColumnClass::plain, ColumnClass::personal}, 1};
  EXPECT_THAT(made.columns(rules, commit_to),
              HasSubstr(R"(["note",{"personal":"2<red"},{"personal":"2>blue"}])"));
}

TEST(Record, of_large_and_odd_values_stays_small_and_valid) {
  const std::string large(base::limits::trail_value_octets + 1, 'x');
  const Made made{Operation::insert, LogicalOld::none, {}, {text(large), text("\xff"), text("\"\n")}};
  EXPECT_THAT(made.columns(), HasSubstr(R"(["id",{"octets":1048577,"sha256":")"));
  EXPECT_THAT(made.columns(), HasSubstr(R"(["team_id",{"base64":"/w=="}],["note","\"\n"])"));
}

TEST(Record, of_a_row_that_would_be_too_long_has_the_digests_of_all_but_short_values) {
  // Each of them is short enough, and all of them together aren't: six octets of JSON for each.
  const std::string control(base::limits::trail_value_octets, '\x01');
  Table table;
  std::vector<Value> row;
  for (int i = 0; i < 12; ++i) {
    table.columns.push_back({"c" + std::to_string(i), 25, -1, false});
    row.push_back(i == 0 ? text("short") : text(control));
  }
  const auto shared = std::make_shared<const Table>(table);
  const std::vector<Value> none;
  const Change change{Operation::insert, shared, LogicalOld::none, none, row};
  const std::string record = change_record({"42", 7, 1, "00"}, {}, change, {}, {}).json;
  EXPECT_LE(record.size(), base::limits::trail_record_octets);
  EXPECT_THAT(record, HasSubstr(R"(["c0","short"],["c1",{"octets":1048576,"sha256":")"));
}

TEST(Record, is_of_every_team_that_a_row_was_of) {
  const auto teams = [](Operation operation, LogicalOld old, std::vector<Value> before,
                        std::vector<Value> after) {
    return teams_of(Made{operation, old, std::move(before), std::move(after)}.change(), by_team);
  };
  const std::vector<Value> of_1 = {text("7"), text("1"), Value()}, of_2 = {text("7"), text("2"), Value()};
  EXPECT_THAT(teams(Operation::insert, LogicalOld::none, {}, of_1), ElementsAre("1"));
  EXPECT_THAT(teams(Operation::update, LogicalOld::full, of_1, of_1), ElementsAre("1"));
  EXPECT_THAT(teams(Operation::update, LogicalOld::full, of_1, of_2), ElementsAre("1", "2"));
  EXPECT_THAT(teams(Operation::remove, LogicalOld::full, of_2, {}), ElementsAre("2"));
  EXPECT_THAT(teams(Operation::remove, LogicalOld::key, {text("7"), Value(), Value()}, {}), IsEmpty());
  EXPECT_THAT(teams_of(Made{Operation::insert, LogicalOld::none, {}, of_1}.change(), {}), IsEmpty());
}

}  // namespace
}  // namespace art32::trail
