#include "trail/search_filter.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace art32::trail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

BlockRecords block_of(const std::vector<std::string>& records) {
  base::Bytes plain;
  for (const std::string& record : records)
    put_record(plain, base::as_bytes(record));
  const base::Bytes key(32, 1);
  const BlockHeader header{1, {}, 0, static_cast<std::uint32_t>(records.size())};
  return std::move(*open_block(seal_block(header, plain, key), key));
}

std::string row(std::string_view note, std::size_t octets = 0) {
  std::string record = fmt::format(
      R"({{"columns":[["id","7"],["note","{}"]],"commit":"0/1","kind":"insert","schema":"public","table":"t"}})",
      note);
  while (record.size() < octets)
    record.insert(record.size() - 3, "t");
  return record;
}

SearchFilter noted(std::string note) {
  return SearchFilter({.team = "1", .new_value = std::move(note)});
}

TEST(SearchFilter, looks_only_at_records_that_have_the_octets) {
  const BlockRecords block = block_of({row("red"), row("blue"), row("re"), row("a red"), row("red")});
  EXPECT_THAT(noted("red").candidates(block), ElementsAre(0, 4));
  EXPECT_THAT(noted("green").candidates(block), IsEmpty());
  EXPECT_THAT(SearchFilter({.team = "1"}).candidates(block), ElementsAre(0, 1, 2, 3, 4));
}

// The length of a record and its first octet may look like a text: 0x22 is a quote.
TEST(SearchFilter, takes_no_length_for_a_text) {
  const BlockRecords block = block_of({row("{"), row("x", 0x122), row("{", 0x122), row("x", 0x122)});
  EXPECT_THAT(noted("{").candidates(block), ElementsAre(0, 2));
}

TEST(SearchFilter, never_takes_a_transaction_for_a_change) {
  const std::string end =
      R"({"at":"2026-11-30T12:00:00.500000Z","author":{"id":"red","kind":"user","request":"","team":"1"},"changes":1,"commit":"0/1","kind":"transaction"})";
  const BlockRecords block = block_of({row("red"), end, end});
  EXPECT_THAT(noted("red").candidates(block), ElementsAre(0));
  EXPECT_THAT(SearchFilter({.team = "1"}).candidates(block), ElementsAre(0));
}

TEST(SearchFilter, finds_what_a_look_at_each_record_finds) {
  std::mt19937 random(1);
  for (int times = 0; times < 200; ++times) {
    std::vector<std::string> records;
    for (auto i = 1 + random() % 20; i > 0; --i)
      records.push_back(row(std::string(random() % 3, random() % 2 == 0 ? '{' : 'a'), 0xff + random() % 64));
    const BlockRecords block = block_of(records);
    for (const char* note : {"", "{", "a", "{{", "aa"}) {
      std::vector<std::size_t> expected;
      for (std::size_t i = 0; i < records.size(); ++i)
        if (records[i].find(fmt::format("\"{}\"", note)) != std::string::npos) expected.push_back(i);
      EXPECT_EQ(noted(note).candidates(block), expected);
    }
  }
}

}  // namespace
}  // namespace art32::trail
