#include "trail/record_reader.h"

#include <gmock/gmock.h>

#include <thread>

#include "trail/testing.h"

namespace art32::trail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ModelTrail;

std::unique_ptr<RecordReader> reader_of(const ModelTrail& trail) {
  auto reader = RecordReader::open({trail.options.folder, trail.options.key});
  EXPECT_TRUE(reader) << reader.error().message();
  return std::move(*reader);
}

std::vector<std::uint64_t> numbers(RecordReader& reader, std::string_view team, std::uint64_t from,
                                   Direction direction, std::size_t most = SIZE_MAX) {
  std::vector<std::uint64_t> found;
  const base::Status status =
      reader.read(team, from, direction, [&](std::uint64_t number, const StoredRecord&) {
        found.push_back(number);
        return found.size() < most;
      });
  EXPECT_TRUE(status) << status.error().message();
  return found;
}

// As a reader may find it while the very first trail is made.
TEST(RecordReader, finds_no_trail_in_a_database_without_tables) {
  const base::ScratchFolder scratch;
  ASSERT_TRUE(crypto::save_private_file(scratch.path() / "key", crypto::random_bytes(32)));
  ASSERT_TRUE(store::Database::open(scratch.path() / "state.db"));
  const auto reader = RecordReader::open({scratch.path(), scratch.path() / "key"});
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, base::ErrorCode::not_found);
}

TEST(RecordReader, gives_what_is_sealed_while_more_is_written) {
  ModelTrail trail(1);
  const auto reader = reader_of(trail);
  EXPECT_THAT(*reader->teams(), IsEmpty());
  EXPECT_THAT(numbers(*reader, "1", 0, Direction::forwards), IsEmpty());
  for (int epoch = 0; epoch < 50; ++epoch) {
    const std::uint64_t before = *reader->records_of("1");
    trail.add_transaction(5);
    EXPECT_EQ(*reader->records_of("1"), before) << "it isn't sealed yet";
    trail.seal();
    EXPECT_EQ(*reader->records_of("1"), trail.told["1"].size());
  }
  for (const auto& [name, told] : trail.told) {
    const std::string& team = name;  // clang 14 captures no structured binding
    std::vector<std::uint64_t> all(told.size());
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(numbers(*reader, team, 0, Direction::forwards), all);
    std::ranges::reverse(all);
    EXPECT_EQ(numbers(*reader, team, UINT64_MAX, Direction::backwards), all);
    EXPECT_EQ(*reader->records_of(team), told.size());
    ASSERT_TRUE(trail.store->read(team, 0, [&](std::uint64_t number, const StoredRecord& stored) {
      EXPECT_EQ(*reader->record(team, number), base::as_text(stored.record));
      return true;
    }));
    EXPECT_EQ(reader->record(team, told.size()).error().code, base::ErrorCode::not_found);
  }
  EXPECT_THAT(numbers(*reader, "1", 17, Direction::forwards, 3), ElementsAre(17, 18, 19));
  EXPECT_THAT(numbers(*reader, "1", 2, Direction::backwards), ElementsAre(2, 1, 0));
  EXPECT_GT(reader->segments()->size(), 1U);
}

// One thread writes, another reads and sees each time a beginning of what was written, and never less
// than before.
TEST(RecordReader, reads_beside_the_writer_without_a_lock) {
  ModelTrail trail(2, 5'000);
  std::atomic<std::uint64_t> sealed = 0;
  std::jthread thread([&](const std::stop_token& stop) {
    const auto reader = reader_of(trail);
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
      const std::uint64_t least = sealed;
      const auto found = numbers(*reader, "1", 0, Direction::forwards);
      EXPECT_GE(found.size(), std::max(least, seen));
      seen = found.size();
    }
    EXPECT_GT(seen, 0U);
  });
  for (int epoch = 0; epoch < 80; ++epoch) {
    trail.add_transaction(3);
    trail.seal();
    sealed = trail.told["1"].size();
  }
}

TEST(RecordReader, knows_the_number_at_each_place) {
  ModelTrail trail(3);
  for (int epoch = 0; epoch < 60; ++epoch) {
    trail.add_transaction(4);
    if (trail.draw(2) == 0) trail.seal();
  }
  trail.seal();
  const auto reader = reader_of(trail);
  const RecordReader::Team* team = *reader->find("1");
  ASSERT_NE(team, nullptr);
  const auto places = *reader->blocks(*team, 0, Direction::forwards, all_blocks);
  ASSERT_GT(places.size(), 10U);
  for (const BlockPlace& block : places) {
    EXPECT_EQ(*reader->number_at(*team, block.place), block.header.first);
    const Place behind{block.place.segment, block.place.offset + 1};
    EXPECT_EQ(*reader->number_at(*team, behind), block.header.first + block.header.count);
  }
  EXPECT_EQ(*reader->number_at(*team, {UINT64_MAX, 0}), *reader->records_of("1"));
  EXPECT_EQ(*reader->find("nobody"), nullptr);
}

TEST(RecordReader, names_what_was_damaged_and_what_is_missing) {
  ModelTrail trail(4);
  EXPECT_EQ(RecordReader::open({trail.scratch.path() / "nothing", trail.options.key}).error().code,
            base::ErrorCode::not_found);
  trail.add_transaction(30);
  trail.seal();
  const base::Path path = segment_path(trail.options.folder, 1);
  const base::Bytes whole = *base::read_file(path, 1U << 20);
  const std::size_t block = 13 + 40 + 32 + 16;
  for (std::size_t octet = 0; octet < block; ++octet) {
    base::Bytes bad = whole;
    bad[octet] ^= 0x10;
    testing::overwrite(path, bad);
    const auto reader = reader_of(trail);
    bool is_damaged = false;
    for (const char* team : ModelTrail::teams) {
      const auto status = reader->read(team, 0, Direction::forwards, [](auto&&...) { return true; });
      if (status) continue;
      is_damaged = true;
      EXPECT_EQ(status.error().code, base::ErrorCode::corrupt);
      EXPECT_THAT(status.error().what, HasSubstr("0000000000000001.seg isn't what was written, from octet "));
    }
    EXPECT_TRUE(is_damaged) << octet;
  }
}

// A stopped server's log is gone with it; what it wrote is still to be read.
TEST(RecordReader, reads_after_the_writer_has_gone) {
  ModelTrail trail(5);
  trail.add_transaction(10);
  trail.seal();
  trail.store.reset();
  const auto reader = reader_of(trail);
  EXPECT_EQ(numbers(*reader, "1", 0, Direction::forwards).size(), trail.told["1"].size());
}

}  // namespace
}  // namespace art32::trail
