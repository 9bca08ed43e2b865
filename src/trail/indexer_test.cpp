#include "trail/indexer.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_fault.h"
#include "base/log.h"
#include "trail/testing.h"

namespace art32::trail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ModelTrail;
using ::testing::SizeIs;

class IndexerTest : public ::testing::Test {
 protected:
  void add_epochs(int epochs) {
    for (; epochs > 0; --epochs) {
      trail.add_transaction(1 + trail.draw(8));
      trail.seal();
    }
  }
  std::unique_ptr<Indexer> open() {
    auto indexer = Indexer::open(options);
    EXPECT_TRUE(indexer) << indexer.error().message();
    return std::move(*indexer);
  }
  std::vector<RunRange> runs() const { return list_runs(trail.options.folder); }
  std::vector<RecordReader::Segment> segments() const {
    return *(*RecordReader::open(options.trail))->segments();
  }
  // Each file is covered to its end, but for the last one's newest octets, by runs that are whole.
  void check_that_it_is_done() {
    const auto key = *load_trail_key(trail.options.key);
    std::size_t checked = 0;
    for (const RecordReader::Segment& segment : segments()) {
      std::uint64_t reached = 0;
      for (const RunRange& range : covering_runs(runs(), segment.number)) {
        EXPECT_EQ(range.begin, reached);
        reached = range.end;
        const auto run = IndexRun::open(trail.options.folder, range, key.view());
        ASSERT_TRUE(run) << run.error().message();
        EXPECT_TRUE((*run)->content());
        ++checked;
      }
      EXPECT_LT(segment.length - reached, segment.is_complete ? 1 : options.run_octets);
    }
    EXPECT_EQ(checked, runs().size()) << "there are others";
  }

  ModelTrail trail{1};
  Indexer::Options options{{trail.options.folder, trail.options.key}, 3'000, 9'000, 1'000'000};
};

TEST_F(IndexerTest, goes_on_as_the_trail_does_and_then_has_nothing_to_do) {
  const auto indexer = open();
  ASSERT_TRUE(indexer->index_more({}));
  EXPECT_THAT(runs(), IsEmpty());
  for (int times = 0; times < 20; ++times) {
    add_epochs(3);
    ASSERT_TRUE(indexer->index_more({}));
    check_that_it_is_done();
    const IndexProgress progress = indexer->progress();
    std::uint64_t sealed = 0, indexed = 0;
    for (const RecordReader::Segment& segment : segments())
      sealed += segment.length;
    for (const RunRange& range : runs())
      indexed += range.end - range.begin;
    EXPECT_EQ(progress.sealed, sealed);
    EXPECT_EQ(progress.indexed, indexed);
  }
  const auto before = runs();
  ASSERT_TRUE(indexer->index_more({}));
  EXPECT_EQ(runs(), before);
}

TEST_F(IndexerTest, makes_one_run_of_those_of_a_complete_segment_unless_that_is_too_long) {
  add_epochs(90);
  ASSERT_TRUE(open()->index_more({}));
  const auto all = segments();
  ASSERT_GT(all.size(), 2U);
  for (const RecordReader::Segment& segment : all) {
    if (!segment.is_complete) continue;
    EXPECT_THAT(covering_runs(runs(), segment.number), SizeIs(1));
  }
  std::filesystem::remove_all(index_folder(trail.options.folder));
  options.most_entries = 150;
  ASSERT_TRUE(open()->index_more({}));
  const auto more = runs();
  EXPECT_GT(more.size(), all.size());
  check_that_it_is_done();
  ASSERT_TRUE(open()->index_more({}));
  EXPECT_EQ(runs(), more);
}

TEST_F(IndexerTest, cuts_an_epoch_that_is_longer_than_a_run_may_be) {
  options.longest_run = 4'000;
  base::set_log_level(base::LogLevel::error);
  for (int i = 0; i < 4; ++i)
    trail.add_transaction(20, 200'000);
  trail.seal();
  ASSERT_EQ(segments().size(), 1U);
  options.most_entries = 1;
  ASSERT_TRUE(open()->index_more({}));
  EXPECT_GT(runs().size(), 1U);
  check_that_it_is_done();
}

TEST_F(IndexerTest, stops_when_told_and_goes_on) {
  add_epochs(60);
  std::stop_source stop;
  stop.request_stop();
  const auto indexer = open();
  ASSERT_TRUE(indexer->index_more(stop.get_token()));
  EXPECT_THAT(runs(), IsEmpty());
  EXPECT_EQ(indexer->progress().indexed, 0U);
  EXPECT_GT(indexer->progress().sealed, 0U);
  ASSERT_TRUE(indexer->index_more({}));
  check_that_it_is_done();
}

TEST_F(IndexerTest, is_alone) {
  const auto indexer = open();
  EXPECT_EQ(Indexer::open(options).error().code, base::ErrorCode::conflict);
}

TEST_F(IndexerTest, makes_anew_what_is_damaged_missing_or_of_another_trail) {
  base::set_log_level(base::LogLevel::error);
  add_epochs(60);
  auto indexer = open();
  ASSERT_TRUE(indexer->index_more({}));
  const auto before = runs();
  ASSERT_GT(before.size(), 2U);
  const auto path = [&](const RunRange& range) { return run_path(trail.options.folder, range); };
  std::filesystem::remove(path(before[0]));
  ASSERT_TRUE(indexer->index_more({}));
  EXPECT_EQ(runs(), before) << "deleted while it ran";
  indexer.reset();

  base::Bytes octets = *base::read_file(path(before[0]), 1U << 20);
  octets.back() ^= 1;
  testing::overwrite(path(before[0]), octets);
  ASSERT_TRUE(base::replace_file(index_folder(trail.options.folder) / "strange.tmp", {}));
  std::filesystem::copy_file(path(before[1]), path({before[1].segment, before[1].end, 100'000'000}));
  std::filesystem::copy_file(path(before[1]), path({before[1].segment, 0, before[1].end - 1}));
  std::filesystem::copy_file(path(before[1]), path({77, 0, 100}));
  ASSERT_TRUE(open()->index_more({}));
  EXPECT_EQ(runs(), before);
  check_that_it_is_done();
  EXPECT_FALSE(std::filesystem::exists(index_folder(trail.options.folder) / "strange.tmp"));
}

TEST_F(IndexerTest, says_where_the_trail_is_damaged_and_believes_nothing_of_it) {
  add_epochs(30);
  const base::Path path = segment_path(trail.options.folder, 1);
  base::Bytes octets = *base::read_file(path, 1U << 20);
  octets[100] ^= 1;
  testing::overwrite(path, octets);
  const base::Status status = open()->index_more({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, base::ErrorCode::corrupt);
  EXPECT_NE(status.error().what.find("from octet 0 on"), std::string::npos) << status.error().what;
  EXPECT_THAT(runs(), IsEmpty());
}

// A process crashes in each step that changes a file: what is there is whole, and the next goes on.
TEST_F(IndexerTest, crashes_at_each_step_and_goes_on) {
  constexpr int crashed = 42;
  base::set_log_level(base::LogLevel::error);
  add_epochs(40);
  int crashes = 0;
  for (int last_step = 0;; ++last_step) {
    ASSERT_LT(last_step, 1'000);
    if (last_step % 9 == 0) std::filesystem::remove_all(index_folder(trail.options.folder));
    const pid_t child = ::fork();
    if (child == 0) {
      static int done;
      done = 0;
      base::set_file_fault([last_step](base::FileStep, const base::Path&) {
        if (done++ == last_step % 23) ::_exit(crashed);
        return 0;
      });
      const auto indexer = Indexer::open(options);
      ::_exit(indexer && (*indexer)->index_more({}) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0) break;
    ASSERT_EQ(WEXITSTATUS(status), crashed);
    ++crashes;
    const auto key = *load_trail_key(trail.options.key);
    for (const RunRange& range : runs())
      EXPECT_TRUE((*IndexRun::open(trail.options.folder, range, key.view()))->content());
  }
  EXPECT_GT(crashes, 10);
  check_that_it_is_done();
}

}  // namespace
}  // namespace art32::trail
