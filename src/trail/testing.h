// A trail for tests: transactions drawn at random, written as a capture would write them, and a
// plain list of what each record says, to hold what is read and found against.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/scratch_folder.h"
#include "crypto/private_file.h"
#include "crypto/random.h"
#include "trail/record_writer.h"

namespace art32::trail::testing {

// As a disk would damage a file: at once, whoever has it open.
inline void overwrite(const base::Path& path, base::ByteView octets) {
  auto file = base::File::open_write(path);
  ASSERT_TRUE(file && file->truncate(octets.size()) && file->write_at(0, octets));
}

class SilentLedger final : public model::EvidenceSink {
 public:
  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    if (kind.name != model::trail_epoch_record.name) others.emplace_back(base::as_text(record));
    return model::LeafIndex(0);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return model::LeafIndex(0);
  }

  std::vector<std::string> others;  // than seals of epochs
};

// What a record says; of a transaction's own, that alone.
struct Told {
  std::uint64_t number = 0;
  bool is_end = false;
  std::optional<Operation> operation;  // none: a truncation
  std::string schema, table;
  std::vector<std::string> before, after;
  std::optional<Author> author;
  base::Instant at;
  std::uint64_t end = 0;  // the number of its transaction's record
};

class ModelTrail {
 public:
  explicit ModelTrail(std::uint32_t seed, std::uint64_t segment_octets = 20'000) : random(seed) {
    options.segment_octets = segment_octets;
    EXPECT_TRUE(crypto::save_private_file(options.key, crypto::random_bytes(32)));
    reopen();
  }

  void reopen() {
    writer_.reset();
    store.reset();
    auto opened = RecordStore::open(options, ledger_, clock_);
    EXPECT_TRUE(opened) << opened.error().message();
    store = std::move(*opened);
    RecordWriter::Rules rules;
    rules.of_table = [](const Table&) { return TableRules{{}, 1}; };
    rules.author = [this](auto&&...) { return author_; };
    writer_ = std::make_unique<RecordWriter>(*store, std::move(rules), StreamOrigin{7, 1, 5, 0, {}, false});
  }

  // From 0 to below.
  std::uint32_t draw(std::uint32_t below) { return std::uniform_int_distribution(0U, below - 1)(random); }
  template <class List>
  const auto& one_of(const List& list) {
    return list[draw(static_cast<std::uint32_t>(std::size(list)))];
  }

  // A note of up to so many octets, beside short values.
  void add_transaction(std::uint32_t changes, std::uint32_t longest_note = 20) {
    at_ += std::chrono::milliseconds(draw(3'000));
    TransactionBegin begin;
    begin.commit = pgwire::Lsn{lsn_ += 100};
    begin.at = at_ + std::chrono::milliseconds(draw(4'000)) - std::chrono::milliseconds(2'000);
    begin.id = ++transactions_;
    author_.reset();
    if (draw(4) != 0) author_ = Author{"1", one_of(kinds), one_of(ids), one_of(requests)};
    EXPECT_TRUE(writer_->begin(begin));
    EXPECT_TRUE(writer_->message("art32", {}));
    std::map<std::string, std::vector<std::size_t>> told_in;
    for (std::uint32_t i = 0; i < changes; ++i)
      add_change(begin, longest_note, told_in);
    EXPECT_TRUE(writer_->commit({pgwire::Lsn{lsn_ + 50}, ""}));
    for (const auto& [team, places] : told_in) {
      for (const std::size_t place : places)
        told[team][place].end = told[team].size();
      Told end;
      end.number = told[team].size();
      end.is_end = true;
      told[team].push_back(end);
    }
  }
  void seal() { EXPECT_TRUE(writer_->seal()); }
  void wait(std::chrono::seconds time) { clock_.advance(time); }
  base::Instant clock() const { return clock_.now(); }
  const std::vector<std::string>& told_ledger() const { return ledger_.others; }

  static constexpr std::array<const char*, 3> teams = {"1", "2", ""};
  static constexpr std::array<const char*, 3> kinds = {"user", "token", "job"};
  static constexpr std::array<const char*, 4> ids = {"7", "8", "\"quoted\"", "\xC3\xBC"};
  static constexpr std::array<const char*, 4> requests = {"", "r-1", "r-2", "r-3"};
  static constexpr std::array<const char*, 5> rows = {"1", "2", "10", "r\"1\\", "\xFF\x01"};
  static constexpr std::array<const char*, 4> notes = {"red", "blue", "\"id\",\"1\"", ""};
  static constexpr base::Instant beginning{std::chrono::seconds(1'800'000'000)};

  base::ScratchFolder scratch;
  RecordStore::Options options{scratch.path() / "trail", scratch.path() / "trail.key"};
  std::unique_ptr<RecordStore> store;
  std::map<std::string, std::vector<Told>> told;
  base::Instant now() const { return at_; }
  std::mt19937 random;

 private:
  // Two tables of one name, and one without a column `id`.
  static const std::shared_ptr<const Table>& table(std::uint32_t number) {
    static const auto make = [](std::uint32_t id, const char* schema, const char* name, const char* key) {
      Table table{id, schema, name, 'f', {}};
      for (const char* column : {key, "team_id", "note"})
        table.columns.push_back({column, 25, -1, false});
      if (std::string_view(key) == "id") std::swap(table.columns[0], table.columns[2]);
      return std::make_shared<const Table>(std::move(table));
    };
    static const std::array tables = {make(1, "public", "invoice", "id"), make(2, "old", "invoice", "id"),
                                      make(3, "public", "note", "key")};
    return tables[number];
  }
  static std::vector<Value> values(const std::vector<std::string>& row) {
    std::vector<Value> values;
    for (const std::string& text : row)
      values.push_back({Value::Kind::text, text});
    return values;
  }
  std::vector<std::string> draw_row(const Table& table, std::uint32_t longest_note) {
    std::string note = one_of(notes);
    if (longest_note > 20) note.append(draw(longest_note), static_cast<char>('a' + draw(26)));
    std::vector<std::string> row = {one_of(rows), draw(10) == 0 ? "" : one_of(teams), note};
    if (table.columns[2].name == "id") std::swap(row[0], row[2]);
    return row;
  }

  void add_change(const TransactionBegin& begin, std::uint32_t longest_note,
                  std::map<std::string, std::vector<std::size_t>>& told_in) {
    const std::shared_ptr<const Table>& kind = table(draw(3));
    Told said;
    said.schema = kind->schema;
    said.table = kind->name;
    said.author = author_;
    said.at = begin.at;
    const auto tell = [&](const std::string& team) {
      said.number = told[team].size();
      told_in[team].push_back(told[team].size());
      told[team].push_back(said);
    };
    if (draw(30) == 0) {
      EXPECT_TRUE(writer_->truncate({{kind}, false, false}));
      return tell("");
    }
    said.operation = static_cast<Operation>(draw(3));
    const bool has_before = said.operation != Operation::insert;
    if (has_before) said.before = draw_row(*kind, longest_note);
    if (said.operation != Operation::remove) said.after = draw_row(*kind, longest_note);
    const std::vector<Value> before = values(said.before), after = values(said.after);
    EXPECT_TRUE(
        writer_->change({*said.operation, kind,
                         has_before ? pgwire::LogicalOld::full : pgwire::LogicalOld::none, before, after}));
    std::set<std::string> of;
    if (!said.before.empty()) of.insert(said.before[1]);
    if (!said.after.empty()) of.insert(said.after[1]);
    for (const std::string& team : of)
      tell(team);
  }

  SilentLedger ledger_;
  base::ManualClock clock_{beginning};
  std::unique_ptr<RecordWriter> writer_;
  std::optional<Author> author_;
  base::Instant at_ = beginning;
  std::uint64_t lsn_ = 1'000, transactions_ = 0;
};

}  // namespace art32::trail::testing
