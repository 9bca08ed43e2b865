#include "trail/personal_values.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "base/scratch_folder.h"
#include "crypto/aead.h"
#include "crypto/mac.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "trail/erasure_ledger.h"
#include "trail/record_writer.h"

namespace art32::trail {
namespace {

using pgwire::LogicalOld;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using Kind = Value::Kind;

Value text(std::string_view value) {
  return {Kind::text, value};
}

// id, name, note of customers, whose name and note are personal.
std::shared_ptr<const Table> customer() {
  auto table = std::make_shared<Table>();
  table->id = 1;
  table->schema = "public";
  table->name = "customer";
  table->columns = {{"id", 20, -1, true}, {"name", 25, -1, false}, {"note", 25, -1, false}};
  return table;
}

TableRules customer_rules() {
  TableRules rules;
  rules.classes = {ColumnClass::plain, ColumnClass::personal, ColumnClass::personal};
  rules.subjects = {{1, {"customer", 0}}, {2, {"customer", 0}}};
  return rules;
}

class PersonalValuesTest : public testing::Test {
 protected:
  PersonalValuesTest() {
    EXPECT_TRUE(crypto::save_private_file(options.key, crypto::random_bytes(32)));
    open();
  }
  void open() {
    writer.reset();
    keys.reset();
    auto opened_keys = SubjectKeys::open({options.folder / "subjects", options.key}, {ledger, ledger}, clock);
    ASSERT_TRUE(opened_keys) << opened_keys.error().message();
    keys = std::move(*opened_keys);
    store.reset();
    auto opened = RecordStore::open(options, ledger, clock);
    ASSERT_TRUE(opened) << opened.error().message();
    store = std::move(*opened);
    RecordWriter::Rules rules;
    rules.of_table = [](const Table&) { return customer_rules(); };
    rules.author = [](auto&&...) { return std::nullopt; };
    rules.subjects = keys.get();
    writer = std::make_unique<RecordWriter>(*store, std::move(rules), StreamOrigin{});
  }
  void change(Operation operation, LogicalOld old, const std::vector<Value>& before,
              const std::vector<Value>& after) {
    const auto table = customer();
    ASSERT_TRUE(writer->begin({{++lsn}, clock.now(), lsn}));
    ASSERT_TRUE(writer->change({operation, table, old, before, after}));
    ASSERT_TRUE(writer->commit({{++lsn}, ""}));
  }
  void insert(std::string_view id, std::string_view name, const Value& note = {}) {
    change(Operation::insert, LogicalOld::none, {}, {text(id), text(name), note});
  }
  void update(std::vector<Value> before, std::vector<Value> after) {
    change(Operation::update, LogicalOld::full, std::move(before), std::move(after));
  }
  void seal() { ASSERT_TRUE(writer->seal()); }
  // Of row changes: as they are, or as they are read.
  std::vector<std::string> records(bool are_filled_in) {
    std::vector<std::string> found;
    EXPECT_TRUE(store->read("", 0, [&](std::uint64_t, const StoredRecord& stored) {
      const std::string_view record = base::as_text(stored.record);
      if (record.find("\"columns\"") == record.npos) return true;
      if (!are_filled_in) return found.emplace_back(record), true;
      const auto filled = with_personal_values(record, stored.values, *keys);
      found.push_back(filled ? filled->substr(0, filled->find(",\"commit\"")) : filled.error().message());
      return true;
    }));
    return found;
  }
  std::vector<std::string> raw() { return records(false); }
  std::vector<std::string> read() { return records(true); }
  void erase(const std::string& id) { ASSERT_TRUE(keys->erase({"customer", id}, "root")); }

  base::ScratchFolder scratch;
  RecordStore::Options options{scratch.path() / "trail", scratch.path() / "trail.key"};
  ErasureLedger ledger{scratch.path() / "ledger"};
  base::ManualClock clock{*base::parse_rfc3339("2026-11-30T12:00:00Z")};
  std::unique_ptr<SubjectKeys> keys;
  std::unique_ptr<RecordStore> store;
  std::unique_ptr<RecordWriter> writer;
  std::uint64_t lsn = 0;
};

// docs/formats/trail.md, "Personal values"
TEST(PersonalValues, commit_as_the_vectors_say) {
  base::Bytes key(32), salt(16);
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < salt.size(); ++i)
    salt[i] = static_cast<std::uint8_t>(i);
  const crypto::Digest opening = personal_opening(key, salt, RowSide::after, "name");
  EXPECT_EQ(base::hex(opening), "5286df81464e724aed7cbff696311d4d783e60f3a4f0c826ff6234ea642aa583");
  EXPECT_EQ(base::hex(personal_commitment(opening, "Erika")),
            "0d98da21ed15613fef7218e30f9ba7f23d52f7dbe6bb75e68deaa1020d26c361");
  EXPECT_NE(opening, personal_opening(key, salt, RowSide::before, "name"));
}

TEST_F(PersonalValuesTest, are_read_beside_a_record_that_has_none_of_them) {
  insert("7", "Erika", text("\xff"));
  update({text("7"), text("Erika"), text("\xff")}, {text("7"), text("Mustermann"), text("\xff")});
  change(Operation::remove, LogicalOld::full, {text("7"), text("Mustermann"), Value()}, {});
  seal();
  for (int times = 0; times < 2; ++times, open()) {
    for (const std::string& record : raw()) {
      EXPECT_THAT(record, AllOf(HasSubstr(R"(["name",{"personal":")"), HasSubstr(R"(["id","7"])")));
      EXPECT_THAT(record, AllOf(Not(HasSubstr("Erika")), Not(HasSubstr("Muster")), Not(HasSubstr("value"))));
    }
    EXPECT_THAT(
        read(),
        ElementsAre(
            AllOf(HasSubstr(R"("value":"Erika")"), HasSubstr(R"("value":{"base64":"/w=="})")),
            testing::ContainsRegex(
                R"re("name",\{"personal":"[0-9a-f]{64}","value":"Erika"\},\{"personal":"[0-9a-f]{64}","value":"Mustermann"\}\],\["note",\{"personal":"[0-9a-f]{64}","value":\{"base64":"/w=="\}\}\]\])re"),
            AllOf(HasSubstr(R"("value":"Mustermann"}],["note",null])"))));
  }
}

TEST_F(PersonalValuesTest, of_one_person_are_gone_with_one_key_and_no_hash_changes) {
  insert("7", "Erika");
  insert("8", "Max");
  update({text("7"), text("Erika"), Value()}, {text("7"), text("Erika M."), text("red")});
  seal();
  const std::vector<std::string> before = raw();
  const merkle::Hash root = store->sealed_root();
  erase("7");
  for (int times = 0; times < 2; ++times, open()) {
    EXPECT_EQ(raw(), before);
    EXPECT_EQ(store->sealed_root(), root);
    EXPECT_TRUE(verify_state("", store->prove(""), root));
    const std::vector<std::string> found = read();
    EXPECT_THAT(found[0], AllOf(HasSubstr(R"(","erased":true})"), Not(HasSubstr("value"))));
    EXPECT_THAT(found[1], HasSubstr(R"("value":"Max")"));
    EXPECT_THAT(found[2], AllOf(HasSubstr(R"(","erased":true})"), Not(HasSubstr("value"))));
  }
  insert("7", "Erika again");
  seal();
  EXPECT_THAT(read().back(), HasSubstr("Erika again")) << "what comes later isn't lost";
  EXPECT_THAT(read().front(), HasSubstr("erased"));
  erase("7");
  EXPECT_THAT(read().back(), HasSubstr("erased"));
}

TEST_F(PersonalValuesTest, belong_to_whom_the_row_named_on_their_side) {
  insert("7", "Erika");
  update({text("7"), text("Erika"), Value()}, {text("8"), text("Max"), Value()});
  change(Operation::remove, LogicalOld::key, {text("8"), Value(), Value()}, {});
  update({Value(), text("Nobody"), Value()}, {text("9"), text("Somebody"), Value()});
  seal();
  erase("7");
  EXPECT_THAT(read()[0], HasSubstr("erased"));
  EXPECT_THAT(read()[1],
              testing::ContainsRegex(R"re("erased":true\},\{"personal":"[0-9a-f]{64}","value":"Max")re"));
  EXPECT_THAT(read()[2], HasSubstr(R"(["name",{"unsent":true}])"));
  erase("");
  EXPECT_THAT(read()[3], testing::ContainsRegex(
                             R"re("erased":true\},\{"personal":"[0-9a-f]{64}","value":"Somebody")re"));
}

TEST(SubjectOf, takes_the_other_side_where_the_log_does_not_say_it_of_this_one) {
  const auto table = customer();
  const std::vector<Value> none, key{text("7"), Value(), Value()}, row{text("8"), text("Max"), Value()},
      kept{{Kind::unchanged, {}}, text("Max"), Value()};
  const SubjectRule by_id{"customer", 0}, by_note{"customer", 2}, by_nothing{"customer", std::nullopt};
  const auto value = [&](LogicalOld old, const std::vector<Value>& before, const std::vector<Value>& after,
                         const SubjectRule& rule, RowSide side) {
    return subject_of({Operation::update, table, old, before, after}, rule, side).value;
  };
  EXPECT_EQ(value(LogicalOld::key, key, row, by_id, RowSide::before), "7");
  EXPECT_EQ(value(LogicalOld::key, key, row, by_id, RowSide::after), "8");
  EXPECT_EQ(value(LogicalOld::none, none, row, by_id, RowSide::before), "8");
  EXPECT_EQ(value(LogicalOld::full, key, kept, by_id, RowSide::after), "7");
  EXPECT_EQ(value(LogicalOld::full, row, none, by_id, RowSide::after), "8");
  EXPECT_EQ(value(LogicalOld::key, key, row, by_note, RowSide::before), "");
  EXPECT_EQ(value(LogicalOld::full, row, row, by_nothing, RowSide::after), "");
}

TEST_F(PersonalValuesTest, that_are_too_long_leave_their_commitment) {
  const std::string large(base::limits::trail_value_octets + 1, 'x');
  insert("7", large, text("short"));
  seal();
  EXPECT_THAT(
      read()[0],
      testing::ContainsRegex(
          R"re("name",\{"personal":"[0-9a-f]{64}"\}\],\["note",\{"personal":"[0-9a-f]{64}","value":"short"\})re"));
  EXPECT_LT(read()[0].size(), 1'000U);
}

TEST(PersonalValues, of_a_row_that_would_be_too_long_are_kept_where_they_are_short) {
  const base::ScratchFolder scratch;
  const base::SystemClock clock;
  ErasureLedger ledger(scratch.path() / "ledger");
  ASSERT_TRUE(crypto::save_private_file(scratch.path() / "key", crypto::random_bytes(32)));
  const auto keys =
      SubjectKeys::open({scratch.path() / "subjects", scratch.path() / "key"}, {ledger, ledger}, clock);
  const std::string large(base::limits::trail_value_octets, 'x');
  Table wide;
  std::vector<Value> row;
  TableRules rules;
  for (std::size_t i = 0; i < 70; ++i) {
    wide.columns.push_back({"c" + std::to_string(i), 25, -1, false});
    row.push_back(text(i == 0 ? std::string_view("7") : std::string_view(large)));
    rules.classes.push_back(ColumnClass::personal);
    rules.subjects[i] = {"customer", 0};
  }
  const auto table = std::make_shared<const Table>(wide);
  const std::vector<Value> none;
  const Change change{Operation::insert, table, LogicalOld::none, none, row};
  PersonalValues personal(change, rules, keys->get(), "000102030405060708090a0b0c0d0e0f");
  const ChangeRecord record = change_record({"", 0, 1, "000102030405060708090a0b0c0d0e0f"}, {}, change, rules,
                                            [&](auto... of) { return personal.commit(of...); });
  const auto values = personal.seal(record.longest);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->size(), personal_value_overhead + 1) << "of the only short one";
}

TEST_F(PersonalValuesTest, whose_key_is_not_known_are_missing_and_altered_ones_refused) {
  insert("7", "Erika");
  seal();
  const std::string record = raw()[0];
  base::Bytes values;
  ASSERT_TRUE(store->read("", 0, [&](std::uint64_t, const StoredRecord& stored) {
    values.assign(stored.values.begin(), stored.values.end());
    return false;
  }));
  ASSERT_THAT(values, SizeIs(personal_value_overhead + 5));
  const auto with = [&](std::size_t octet) {
    base::Bytes altered = values;
    altered[octet] ^= 1;
    const auto filled = with_personal_values(record, altered, *keys);
    return filled ? *filled : std::string(base::describe(filled.error().code).name);
  };
  EXPECT_THAT(with(5), HasSubstr(R"(","missing":true})"));
  for (const std::size_t octet :
       {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{22}, std::size_t{30}, values.size() - 1})
    EXPECT_EQ(with(octet), "corrupt") << octet;
  values.pop_back();
  EXPECT_FALSE(with_personal_values(record, values, *keys));
  for (const std::string_view broken : {"", "{}", "[]", R"({"columns":[["id"]],"salt":"00"})"})
    EXPECT_EQ(with_personal_values(broken, values, *keys).error().code, base::ErrorCode::corrupt) << broken;
}

// Who has the key of a person can't put another value beside a record.
TEST_F(PersonalValuesTest, have_to_be_the_ones_committed_to) {
  insert("7", "Erika");
  seal();
  const std::string record = raw()[0];
  const auto member = [&](std::string_view name, std::size_t octets) {
    return base::from_hex(record.substr(record.find(name) + name.size(), 2 * octets)).value();
  };
  const base::Bytes commitment = member("\"personal\":\"", 32), salt = member("\"salt\":\"", 16);
  const auto key = keys->key_of({"customer", "7"}).value();
  const crypto::Digest opening = personal_opening(key->key.view(), salt, RowSide::after, "name");
  EXPECT_EQ(base::hex(personal_commitment(opening, "Erika")), base::hex(commitment));
  const auto beside = [&](std::string_view value) {
    const base::Bytes sealed = crypto::aead_seal(
        crypto::hmac_sha256(opening, {base::as_bytes("art32-trail-value/v1\n"), commitment}),
        base::Bytes(crypto::aead_nonce_octets), base::as_bytes(value), {});
    base::Bytes values{0, 1, 'a'};
    base::append(values, key->id);
    base::put_u32(values, static_cast<std::uint32_t>(sealed.size()));
    base::append(values, sealed);
    return with_personal_values(record, values, *keys);
  };
  EXPECT_THAT(beside("Erika").value(), HasSubstr(R"("value":"Erika")"));
  ASSERT_FALSE(beside("Max"));
  EXPECT_THAT(beside("Max").error().message(), HasSubstr("isn't the one committed to"));
}

TEST_F(PersonalValuesTest, of_equal_text_look_different_everywhere) {
  insert("7", "Erika", text("Erika"));
  insert("7", "Erika", text("Erika"));
  seal();
  std::set<std::string> seen;
  for (const std::string& record : raw())
    for (auto at = record.find("personal"); at != record.npos; at = record.find("personal", at + 1))
      seen.insert(record.substr(at, 75));
  EXPECT_THAT(seen, SizeIs(4));
}

}  // namespace
}  // namespace art32::trail
