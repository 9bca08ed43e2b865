#include "trail/record_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "base/file_fault.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "crypto/private_file.h"
#include "crypto/random.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// The ledger: a file of lines, which outlives a process that crashes.
class LineLedger final : public model::EvidenceSink {
 public:
  explicit LineLedger(base::Path path) : path_(std::move(path)) {}

  base::Result<model::LeafIndex> append(model::RecordKind kind, base::ByteView record) override {
    if (fails) return base::failure(ErrorCode::exhausted, "the disk is full");
    EXPECT_EQ(kind.name, "trail-epoch");
    (void)base::file_fault(base::FileStep::write, path_);
    std::ofstream(path_, std::ios::app) << base::as_text(record) << '\n';
    (void)base::file_fault(base::FileStep::sync, path_);  // a crash between the ledger and the state
    return model::LeafIndex(0);
  }
  base::Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return base::failure(ErrorCode::unsupported, "one at a time");
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);)
      found.push_back(line);
    return found;
  }

  bool fails = false;

 private:
  base::Path path_;
};

class RecordStoreTest : public testing::Test {
 protected:
  RecordStoreTest() {
    EXPECT_TRUE(crypto::save_private_file(options.key, crypto::random_bytes(32)));
    open();
  }
  void open() {
    store.reset();
    auto opened = RecordStore::open(options, ledger, clock);
    ASSERT_TRUE(opened) << opened.error().message();
    store = std::move(*opened);
  }
  void append(std::string_view team, std::string_view record) {
    ASSERT_TRUE(store->append(team, base::as_bytes(record)));
  }
  base::Status seal(std::uint64_t lsn) { return store->seal({7, 1, 5, {lsn}}, 1); }
  std::vector<std::string> read(std::string_view team, std::uint64_t from = 0) {
    std::vector<std::string> found;
    const base::Status status =
        store->read(team, from, [&](std::uint64_t number, const StoredRecord& stored) {
          EXPECT_EQ(number, from + found.size());
          found.emplace_back(base::as_text(stored.record));
          return true;
        });
    if (!status) found.push_back(status.error().message());
    return found;
  }
  base::Path segment() const { return options.folder / "segments/0000000000000001.seg"; }

  base::ScratchFolder scratch;
  RecordStore::Options options{scratch.path() / "trail", scratch.path() / "trail.key",
                               base::limits::trail_segment_octets, "shop"};
  LineLedger ledger{scratch.path() / "ledger"};
  base::ManualClock clock{*base::parse_rfc3339("2026-11-30T12:00:00Z")};
  std::unique_ptr<RecordStore> store;
};

TEST_F(RecordStoreTest, keeps_what_was_sealed_in_the_order_of_each_team) {
  append("1", "a");
  append("2", "b");
  append("1", "c");
  EXPECT_THAT(read("1"), IsEmpty()) << "not sealed yet";
  ASSERT_TRUE(seal(10));
  append("1", "d");
  ASSERT_TRUE(seal(20));
  for (int times = 0; times < 2; ++times, open()) {
    EXPECT_THAT(read("1"), ElementsAre("a", "c", "d"));
    EXPECT_THAT(read("1", 1), ElementsAre("c", "d"));
    EXPECT_THAT(read("2"), ElementsAre("b"));
    EXPECT_THAT(read("3"), IsEmpty());
    EXPECT_EQ(store->epoch(), 2U);
    EXPECT_EQ(store->position(), (Position{7, 1, 5, {20}}));
    EXPECT_EQ(store->next("1").number, 3U);
    EXPECT_EQ(store->next("1").salt.size(), 32U);
    EXPECT_NE(store->next("1").salt, store->next("2").salt);
    EXPECT_TRUE(verify_state("1", store->prove("1"), store->sealed_root()));
  }
}

// docs/formats/trail.md
TEST_F(RecordStoreTest, seals_one_record_for_each_epoch_in_the_ledger_each_naming_the_one_before) {
  append("42", "one");
  append("42", "two");
  ASSERT_TRUE(seal(0x10));
  const std::string first =
      R"({"at":"2026-11-30T12:00:00.000000Z","database":5,"epoch":1,"format":"art32-trail-epoch/v1","lsn":"0/10","name":"shop","previous":"0000000000000000000000000000000000000000000000000000000000000000","records":2,"system":"7","teams":")" +
      base::hex(store->sealed_root()) + R"(","timeline":1,"transactions":1})";
  EXPECT_THAT(ledger.lines(), ElementsAre(first));
  append("42", "three");
  ASSERT_TRUE(seal(0x20));
  EXPECT_NE(ledger.lines().back().find(base::hex(crypto::sha256(base::as_bytes(first)))), std::string::npos);
  ASSERT_TRUE(seal(0x30)) << "nothing to seal";
  EXPECT_THAT(ledger.lines(), SizeIs(2));
}

TEST_F(RecordStoreTest, goes_on_in_another_file_when_one_is_full) {
  options.segment_octets = 1;
  open();
  for (const std::uint64_t lsn : {10U, 20U, 30U}) {
    append("1", std::to_string(lsn));
    ASSERT_TRUE(seal(lsn));
  }
  ASSERT_TRUE(store->move_to({7, 1, 5, {35}}));
  open();
  EXPECT_EQ(store->position()->lsn, pgwire::Lsn{35});
  append("1", "lost");
  open();
  EXPECT_THAT(read("1"), ElementsAre("10", "20", "30"));
  append("1", "40");
  ASSERT_TRUE(seal(40));
  EXPECT_THAT(read("1"), ElementsAre("10", "20", "30", "40"));
}

TEST_F(RecordStoreTest, forgets_what_was_not_sealed) {
  append("1", "a");
  ASSERT_TRUE(seal(10));
  const merkle::Hash root = store->sealed_root();
  append("1", "lost");
  append("2", "lost");
  ASSERT_TRUE(store->discard());
  EXPECT_EQ(store->next("1").number, 1U);
  append("1", "lost");
  open();
  EXPECT_EQ(store->next("1").number, 1U);
  EXPECT_EQ(store->sealed_root(), root);
  append("1", "b");
  ASSERT_TRUE(seal(20));
  EXPECT_THAT(read("1"), ElementsAre("a", "b"));
  EXPECT_THAT(read("2"), IsEmpty());
}

TEST_F(RecordStoreTest, goes_on_where_the_ledger_took_nothing) {
  append("1", "a");
  ledger.fails = true;
  EXPECT_EQ(seal(10).error().code, ErrorCode::exhausted);
  ledger.fails = false;
  open();
  EXPECT_EQ(store->epoch(), 1U) << "it was whole on disk";
  EXPECT_EQ(store->position()->lsn, pgwire::Lsn{10});
  EXPECT_THAT(read("1"), ElementsAre("a"));
  EXPECT_THAT(ledger.lines(), SizeIs(1));
}

TEST_F(RecordStoreTest, takes_more_than_fits_a_block_and_gives_it_back) {
  std::vector<std::string> records;
  for (int i = 0; i < 40; ++i)
    records.push_back(fmt::format("{}{}", i, std::string(100'000, static_cast<char>('a' + i % 26))));
  for (const std::string& record : records) {
    append("1", record);
    append("2", "x");
  }
  ASSERT_TRUE(seal(10));
  open();
  EXPECT_EQ(read("1"), records);
  EXPECT_THAT(read("1", 35), SizeIs(5));
  EXPECT_THAT(read("2"), SizeIs(40));
}

TEST_F(RecordStoreTest, shows_no_record_and_no_team_to_who_has_the_files_alone) {
  append("team-of-erika", "ein Geheimnis der Erika Mustermann");
  ASSERT_TRUE(seal(10));
  store.reset();
  for (const auto& file : std::filesystem::recursive_directory_iterator(options.folder)) {
    if (!file.is_regular_file()) continue;
    const std::string text = *base::read_text_file(file.path());
    EXPECT_EQ(text.find("Geheimnis"), text.npos) << file.path();
    EXPECT_EQ(text.find("erika"), text.npos) << file.path();
  }
}

TEST_F(RecordStoreTest, names_what_was_damaged_cut_off_or_locked) {
  append("1", "a");
  ASSERT_TRUE(seal(10));
  append("1", "b");
  ASSERT_TRUE(seal(20));
  EXPECT_EQ(RecordStore::open(options, ledger, clock).error().code, ErrorCode::conflict);
  {
    auto file = base::File::open_write(segment());
    base::Bytes octet = *file->read_at(60, 1);
    octet[0] ^= 1;
    ASSERT_TRUE(file->write_at(60, octet));
  }
  EXPECT_THAT(read("1"), ElementsAre(testing::HasSubstr("isn't what was written, from octet 0 on")));
  store.reset();
  const auto size = std::filesystem::file_size(segment());
  std::filesystem::resize_file(segment(), size - 1);
  const auto cut = RecordStore::open(options, ledger, clock);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::corrupt);
  ASSERT_TRUE(crypto::save_private_file(options.key, crypto::random_bytes(32)));
  EXPECT_FALSE(RecordStore::open(options, ledger, clock)) << "another key";
}

// One process after the other crashes in each step that changes a file. What the database's log would
// send again is appended again; at the end everything is there once.
class Crashes : public RecordStoreTest {
 protected:
  static constexpr std::uint64_t steps = 12;  // epochs of three records each
  static constexpr int crashed = 42;

  static std::string record_of(std::uint64_t number) { return fmt::format("record {}", number); }
  static std::string team_of(std::uint64_t number) { return std::to_string(number % 4); }

  // A file takes a few epochs.
  Crashes() { options.segment_octets = 1'000; }

  // Appends from the position on, where each record moves it by one.
  void work() {
    open();
    std::uint64_t next = store->position() ? store->position()->lsn.value : 0;
    while (next < 3 * steps) {
      for (int i = 0; i < 3; ++i, ++next)
        append(team_of(next), record_of(next));
      ASSERT_TRUE(seal(next));
    }
  }
  // Whether it came to the end.
  bool work_until(int last_step) {
    store.reset();
    clock.advance(std::chrono::seconds(1));  // what is sealed again would be another seal
    const pid_t child = ::fork();
    if (child == 0) {
      static int done;
      done = 0;
      base::set_file_fault([last_step](base::FileStep, const base::Path&) {
        if (done++ == last_step) ::_exit(crashed);
        return 0;
      });
      work();
      ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == crashed || WEXITSTATUS(status) == 0)) << status;
    return WEXITSTATUS(status) == 0;
  }
  // Of what is sealed nothing is missing, and nothing is there twice.
  void check() {
    open();
    const std::uint64_t sealed = store->position() ? store->position()->lsn.value : 0;
    EXPECT_EQ(sealed % 3, 0U);
    EXPECT_EQ(store->epoch(), sealed / 3);
    std::map<std::string, std::vector<std::string>> expected;
    for (std::uint64_t number = 0; number < sealed; ++number)
      expected[team_of(number)].push_back(record_of(number));
    for (std::uint64_t team = 0; team < 4; ++team)
      EXPECT_EQ(read(std::to_string(team)), expected[std::to_string(team)]) << sealed;
    const std::vector<std::string> lines = ledger.lines();
    const std::set<std::string> epochs(lines.begin(), lines.end());
    EXPECT_EQ(epochs.size(), store->epoch()) << "an epoch may stand twice, never in two forms";
  }
};

TEST_F(Crashes, of_one_process_after_the_other_lose_nothing_and_double_nothing) {
  bool is_done = false;
  for (int process = 0; !is_done && !HasFailure(); ++process) {
    ASSERT_LT(process, 200);
    is_done = work_until(4 + process % 7);
    check();
  }
}

TEST_F(Crashes, at_each_step_lose_nothing_and_double_nothing) {
  bool is_done = false;
  for (int step = 0; !is_done && !HasFailure(); ++step) {
    store.reset();
    std::filesystem::remove_all(options.folder);
    std::filesystem::remove(scratch.path() / "ledger");
    is_done = work_until(step);
    check();
    if (step % 5 == 0) {
      work();
      check();
    }
  }
}

}  // namespace
}  // namespace art32::trail
