#include "trail/retention.h"

#include <gmock/gmock.h>

#include "trail/evidence.h"
#include "trail/indexer.h"
#include "trail/search.h"
#include "trail/testing.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Retention : public ::testing::Test {
 protected:
  RecordReader::Options options() const { return {trail.options.folder, trail.options.key}; }
  std::unique_ptr<RecordReader> open() {
    auto reader = RecordReader::open(options());
    EXPECT_TRUE(reader) << reader.error().message();
    return std::move(*reader);
  }
  // A day's changes of everybody.
  void live_a_day() {
    for (int i = 0; i < 6; ++i) {
      trail.add_transaction(1 + trail.draw(12));
      trail.seal();
      trail.wait(hours(4));
    }
  }
  std::uint64_t forget(hours age) {
    const auto count = trail.store->forget_before(trail.clock() - age);
    EXPECT_TRUE(count) << count.error().message();
    EXPECT_TRUE(trail.store->forget_rows());
    return count.value_or(0);
  }
  // What is there is what was told, from the beginning on; nothing of before can be had.
  void check() {
    const auto reader = open();
    auto search = RecordSearch::open(options());
    ASSERT_TRUE(search);
    for (const char* const team : testing::ModelTrail::teams) {
      const std::uint64_t first = reader->beginning(team).value().first, size = trail.told[team].size();
      std::uint64_t next = first;
      const auto status =
          reader->read(team, 0, Direction::forwards, [&](std::uint64_t number, const StoredRecord&) {
            EXPECT_EQ(number, next++);
            return true;
          });
      ASSERT_TRUE(status) << status.error().message();
      EXPECT_EQ(next, size);
      if (first > 0) {
        EXPECT_EQ(reader->record(team, first - 1).error().code, ErrorCode::not_found);
        EXPECT_FALSE(prove_records(*reader, team, first - 1, size));
      }
      check_search(**search, team, first);
      check_evidence(*reader, team, first);
    }
  }
  void check_search(RecordSearch& search, const std::string& team, std::uint64_t first) {
    for (const auto order : {SearchQuery::Order::oldest_first, SearchQuery::Order::newest_first}) {
      SearchQuery query;
      query.team = team;
      query.order = order;
      query.limit = 10'000;
      const auto page = search.search(query);
      ASSERT_TRUE(page) << page.error().message();
      const auto changes =
          std::count_if(trail.told[team].begin() + static_cast<std::ptrdiff_t>(first), trail.told[team].end(),
                        [](const auto& told) { return !told.is_end; });
      EXPECT_EQ(page->hits.size(), static_cast<std::size_t>(changes));
    }
  }
  void check_evidence(RecordReader& reader, const std::string& team, std::uint64_t begin) {
    const std::uint64_t size = trail.told[team].size();
    for (int times = 0; times < 5; ++times) {
      const std::uint64_t first = begin + trail.draw(static_cast<std::uint32_t>(size - begin + 1));
      const auto shown =
          prove_records(reader, team, times == 0 ? std::nullopt : std::optional(first), std::nullopt);
      ASSERT_TRUE(shown) << shown.error().message();
      auto verifier = EvidenceVerifier::begin(shown->evidence, shown->seal);
      ASSERT_TRUE(verifier);
      ASSERT_TRUE(reader.read(team, shown->evidence.range.first, Direction::forwards,
                              [&](std::uint64_t, const StoredRecord& stored) {
                                EXPECT_TRUE(verifier->take(stored.record));
                                return true;
                              }));
      EXPECT_TRUE(verifier->finish()) << team << first << " of " << size;
    }
  }

  testing::ModelTrail trail{5};
};

TEST_F(Retention, deletes_what_is_old_enough_and_nothing_else) {
  for (int day = 0; day < 10; ++day)
    live_a_day();
  check();
  EXPECT_EQ(forget(hours(24 * 30)), 0U) << "nothing is so old";
  EXPECT_TRUE(trail.told_ledger().empty());
  const auto files = [&] { return open()->segments().value().size(); };
  const std::size_t before = files();
  const std::uint64_t gone = forget(hours(24 * 5));
  EXPECT_GE(gone, 3U);
  EXPECT_LE(gone, 6U);
  EXPECT_EQ(files(), before - gone);
  EXPECT_EQ(forget(hours(24 * 5)), 0U);
  ASSERT_EQ(trail.told_ledger().size(), 1U);
  EXPECT_THAT(trail.told_ledger().front(), HasSubstr("\"format\":\"art32-trail-retention/v1\""));
  EXPECT_GT(open()->beginning("1").value().first, 0U);
  const auto oldest = trail.store->oldest().value();
  ASSERT_TRUE(oldest);
  EXPECT_LE(trail.clock() - *oldest, hours(24 * 5) + base::limits::trail_segment_span + hours(4));
  check();
  trail.reopen();
  check();
  live_a_day();
  check();
}

TEST_F(Retention, of_all_there_is_leaves_numbers_and_proofs_going_on) {
  live_a_day();
  trail.wait(hours(24 * 100));
  EXPECT_GE(forget(hours(24 * 50)), 1U);
  EXPECT_TRUE(open()->segments().value().empty());
  EXPECT_FALSE(trail.store->oldest().value());
  check();
  live_a_day();
  check();
  trail.reopen();
  check();
}

TEST_F(Retention, takes_the_index_of_what_is_deleted_too) {
  for (int day = 0; day < 6; ++day)
    live_a_day();
  {
    auto indexer = Indexer::open({options()});
    ASSERT_TRUE(indexer);
    ASSERT_TRUE((*indexer)->index_more({}));
  }
  ASSERT_GE(list_runs(trail.options.folder).size(), 3U);
  forget(hours(24 * 2));
  for (const RunRange& run : list_runs(trail.options.folder))
    EXPECT_TRUE(base::file_facts(segment_path(trail.options.folder, run.segment))) << run.segment;
  check();
}

// Sealed while art32's clock was a year behind: what was committed counts.
TEST_F(Retention, keeps_what_was_committed_lately_whatever_the_clock_said) {
  trail.wait(-hours(24 * 365));
  trail.add_transaction(5);
  trail.seal();
  trail.wait(hours(24 * 366));
  EXPECT_EQ(forget(hours(24 * 30)), 0U);
  check();
}

// A crash came between the state and the files, or a backup of files alone was put back.
TEST_F(Retention, deletes_again_what_comes_back) {
  for (int day = 0; day < 4; ++day)
    live_a_day();
  const std::uint64_t first = open()->segments().value().front().number;
  const base::Path path = segment_path(trail.options.folder, first), kept = trail.scratch.path() / "kept";
  std::filesystem::copy(path, kept);
  forget(hours(24));
  ASSERT_FALSE(base::file_facts(path));
  std::filesystem::copy(kept, path);
  check();
  trail.reopen();
  EXPECT_FALSE(base::file_facts(path));
  check();
}

}  // namespace
}  // namespace art32::trail
