#include "trail/search.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/log.h"
#include "trail/indexer.h"
#include "trail/testing.h"

namespace art32::trail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ModelTrail;
using ::testing::SizeIs;
using testing::Told;
using Order = SearchQuery::Order;

// Number of the change, and of its transaction's record.
using Pair = std::pair<std::uint64_t, std::uint64_t>;

// Random transactions in random epochs, with an index of as much as was asked for so far.
class SearchedTrail : public ModelTrail {
 public:
  explicit SearchedTrail(std::uint32_t seed, Indexer::Options sizes = {{}, 3'000, 9'000, 2'000})
      : ModelTrail(seed), index_options(std::move(sizes)) {
    index_options.trail = {options.folder, options.key};
    auto opened = RecordSearch::open(index_options.trail);
    EXPECT_TRUE(opened) << opened.error().message();
    search = std::move(*opened);
  }
  void add_epochs(int epochs, std::uint32_t longest_note = 20) {
    for (int i = 0; i < epochs; ++i) {
      for (std::uint32_t more = draw(4) + 1; more > 0; --more)
        add_transaction(1 + (draw(8) == 0 ? draw(60) : draw(5)), longest_note);
      seal();
    }
  }
  void index() {
    const auto indexer = Indexer::open(index_options);
    ASSERT_TRUE(indexer) << indexer.error().message();
    const base::Status status = (*indexer)->index_more({});
    ASSERT_TRUE(status) << status.error().message();
    const IndexProgress progress = (*indexer)->progress();
    EXPECT_LE(progress.indexed, progress.sealed);
    EXPECT_LT(progress.sealed - progress.indexed, index_options.run_octets);
  }

  SearchQuery draw_query() {
    SearchQuery query;
    query.team = one_of(teams);
    query.order = draw(2) == 0 ? Order::newest_first : Order::oldest_first;
    query.limit = draw(3) == 0 ? 1 + draw(4) : 1 + draw(100);
    query.most_blocks = draw(3) == 0 ? 1 + draw(3) : 5'000;
    if (draw(4) == 0) query.most_octets = 1 + draw(2'000);
    if (draw(2) == 0) query.table = {draw(3) == 0 ? "old" : "public", draw(3) == 0 ? "note" : "invoice"};
    if (query.table && draw(2) == 0) query.row = one_of(rows);
    if (draw(3) == 0) query.actor = {one_of(kinds), one_of(ids)};
    if (draw(5) == 0) query.request = one_of(requests);
    if (draw(4) == 0) query.from = draw_time();
    if (draw(4) == 0) query.before = draw_time();
    if (draw(6) == 0) query.column = draw(2) == 0 ? "note" : "team_id";
    if (draw(6) == 0) query.old_value = draw(2) == 0 ? one_of(notes) : one_of(teams);
    if (draw(6) == 0) query.new_value = draw(2) == 0 ? one_of(notes) : one_of(teams);
    return query;
  }
  base::Instant draw_time() {
    const auto length = std::chrono::duration_cast<std::chrono::milliseconds>(now() - beginning);
    return beginning + std::chrono::milliseconds(draw(static_cast<std::uint32_t>(length.count()) + 1));
  }

  // By the model alone, of numbers below `end`.
  std::vector<Pair> expected(const SearchQuery& query, std::uint64_t end = UINT64_MAX) {
    std::vector<Pair> found;
    for (const Told& said : told[query.team])
      if (said.number < end && fits(said, query)) found.emplace_back(said.number, said.end);
    if (query.order == Order::newest_first) std::ranges::reverse(found);
    return found;
  }
  // Page by page to the end; each hit is looked at.
  std::vector<Pair> found(SearchQuery query) {
    std::vector<Pair> all;
    for (int pages = 0; pages < 10'000; ++pages) {
      const auto page = search->search(query);
      EXPECT_TRUE(page) << page.error().message();
      if (!page) return {};
      EXPECT_LE(page->hits.size(), query.limit);
      for (const SearchHit& hit : page->hits)
        all.push_back(looked_at(query.team, hit));
      if (!page->next) return all;
      query.behind = page->next;
    }
    ADD_FAILURE() << "it doesn't end";
    return all;
  }
  void check(int queries) {
    for (int i = 0; i < queries; ++i) {
      const SearchQuery query = draw_query();
      ASSERT_EQ(found(query), expected(query)) << text_of(query);
    }
  }

  Indexer::Options index_options;
  std::unique_ptr<RecordSearch> search;

 private:
  Pair looked_at(const std::string& team, const SearchHit& hit) {
    const std::vector<Told>& list = told[team];
    EXPECT_LT(hit.number, list.size());
    const std::uint64_t end = list.at(hit.number).end;
    EXPECT_EQ(hit.record, search->reader().record(team, hit.number).value_or(""));
    EXPECT_EQ(hit.transaction, search->reader().record(team, end).value_or(""));
    return {hit.number, end};
  }
  static bool fits(const Told& said, const SearchQuery& query) {
    if (said.is_end) return false;
    if (query.table && (said.schema != query.table->schema || said.table != query.table->table)) return false;
    if (query.from && said.at < *query.from) return false;
    if (query.before && said.at >= *query.before) return false;
    if (query.actor &&
        (!said.author || said.author->kind != query.actor->kind || said.author->id != query.actor->id))
      return false;
    if (query.request && (!said.author || said.author->request != *query.request)) return false;
    return fits_row(said, query) && fits_column(said, query);
  }
  static bool fits_row(const Told& said, const SearchQuery& query) {
    if (!query.row) return true;
    const std::size_t key = said.table == "note" ? 0 : 2;
    return (!said.before.empty() && said.before[key] == *query.row) ||
           (!said.after.empty() && said.after[key] == *query.row);
  }
  static bool fits_column(const Told& said, const SearchQuery& query) {
    if (!query.column && !query.old_value && !query.new_value) return true;
    if (!said.operation) return false;
    const std::vector<std::string> names = said.table == "note"
                                               ? std::vector<std::string>{"key", "team_id", "note"}
                                               : std::vector<std::string>{"note", "team_id", "id"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool has_before = !said.before.empty(), has_after = !said.after.empty();
      if (has_before && has_after && said.before[i] == said.after[i]) continue;
      if (query.column && names[i] != *query.column) continue;
      if (query.old_value && (!has_before || said.before[i] != *query.old_value)) continue;
      if (query.new_value && (!has_after || said.after[i] != *query.new_value)) continue;
      return true;
    }
    return false;
  }
  static std::string text_of(const SearchQuery& query) {
    return fmt::format(
        "team {} table {} row {} actor {} request {} from {} before {} column {} old {} new {} limit {} "
        "blocks {} {}",
        query.team, query.table ? query.table->schema + query.table->table : "-", query.row.value_or("-"),
        query.actor ? query.actor->kind + query.actor->id : "-", query.request.value_or("-"),
        query.from ? base::rfc3339(*query.from) : "-", query.before ? base::rfc3339(*query.before) : "-",
        query.column.value_or("-"), query.old_value.value_or("-"), query.new_value.value_or("-"), query.limit,
        query.most_blocks, query.order == Order::newest_first ? "newest" : "oldest");
  }
};

std::vector<base::Path> files_of_index(const SearchedTrail& trail) {
  std::vector<base::Path> files;
  for (const RunRange& range : list_runs(trail.options.folder))
    files.push_back(run_path(trail.options.folder, range));
  return files;
}

TEST(Search, finds_what_a_look_at_each_record_finds) {
  for (const std::uint32_t seed : {1U, 2U}) {
    SearchedTrail trail(seed);
    for (int part = 0; part < 4 && !::testing::Test::HasFatalFailure(); ++part) {
      trail.add_epochs(20);
      if (part > 0) trail.index();
      if (part == 2) trail.add_epochs(3);
      trail.check(60);
    }
    EXPECT_GT(files_of_index(trail).size(), 2U);
  }
}

// Blocks that are full, in epochs of several of them, where a transaction ends blocks behind its changes;
// and runs that are cut within it.
TEST(Search, finds_the_author_of_a_change_many_blocks_before) {
  SearchedTrail trail(5, {{}, 1'000, 1'000, 2'000});
  trail.add_epochs(3);
  for (int epoch = 0; epoch < 3; ++epoch) {
    trail.add_transaction(3);
    trail.add_transaction(30, 300'000);
    trail.add_transaction(15, 300'000);
    trail.seal();
  }
  trail.check(20);
  trail.index();
  trail.check(40);
}

TEST(Search, gives_the_history_of_a_row_either_way) {
  SearchedTrail trail(6);
  trail.add_epochs(40);
  trail.index();
  SearchQuery query;
  query.team = "1";
  query.table = {"public", "invoice"};
  query.row = "10";
  query.limit = 1'000;
  auto newest = trail.found(query);
  EXPECT_EQ(newest, trail.expected(query));
  EXPECT_GT(newest.size(), 10U);
  query.order = Order::oldest_first;
  std::ranges::reverse(newest);
  EXPECT_EQ(trail.found(query), newest);
}

TEST(Search, shows_no_team_what_is_anothers) {
  SearchedTrail trail(7);
  trail.add_epochs(20);
  trail.index();
  for (const char* team : ModelTrail::teams) {
    SearchQuery query;
    query.team = team;
    query.limit = 7;
    for (std::optional<std::uint64_t> behind;;) {
      query.behind = behind;
      const auto page = trail.search->search(query);
      ASSERT_TRUE(page);
      for (const SearchHit& hit : page->hits) {
        EXPECT_TRUE(hit.record.ends_with(fmt::format(R"("team":"{}"}})", team))) << hit.record;
        EXPECT_NE(hit.transaction.find(fmt::format(R"("team":"{}","transaction")", team)), std::string::npos);
      }
      behind = page->next;
      if (!behind) break;
    }
  }
  SearchQuery nobody;
  nobody.team = "3";
  EXPECT_THAT(trail.search->search(nobody)->hits, IsEmpty());
}

TEST(Search, finds_the_same_whatever_octet_of_the_index_is_damaged) {
  base::set_log_level(base::LogLevel::error);
  SearchedTrail trail(8);
  trail.add_epochs(30);
  trail.index();
  const std::vector<base::Path> files = files_of_index(trail);
  ASSERT_GT(files.size(), 2U);
  std::vector<SearchQuery> queries;
  for (int i = 0; i < 4; ++i) {
    queries.push_back(trail.draw_query());
    queries.back().limit = queries.back().most_blocks = 10'000;
    queries.back().table = {"public", "invoice"};
  }
  for (const base::Path& path : {files.front(), files.back()}) {
    const base::Bytes whole = *base::read_file(path, 1U << 20);
    for (std::size_t i = 0; i < whole.size(); i += 1 + trail.draw(9)) {
      base::Bytes bad = whole;
      bad[i] ^= static_cast<std::uint8_t>(1U << trail.draw(8));
      testing::overwrite(path, bad);
      if (i % 2 == 0) trail.search = *RecordSearch::open(trail.index_options.trail);
      for (const SearchQuery& query : queries)
        ASSERT_EQ(trail.found(query), trail.expected(query)) << i;
      testing::overwrite(path, whole);
    }
  }
}

TEST(Search, finds_the_same_where_the_index_is_gone_and_after_it_is_made_anew) {
  SearchedTrail trail(9);
  trail.add_epochs(40);
  trail.index();
  const std::vector<base::Path> files = files_of_index(trail);
  std::filesystem::remove(files[1]);
  std::filesystem::resize_file(files[2], 90);
  trail.check(20);
  EXPECT_FALSE(std::filesystem::exists(files[2])) << "what is damaged is taken away";
  trail.index();
  EXPECT_EQ(files_of_index(trail), files);
  trail.check(20);
  std::filesystem::remove_all(index_folder(trail.options.folder));
  trail.check(20);
  trail.index();
  EXPECT_EQ(files_of_index(trail), files);
  trail.check(20);
}

// Pages are asked for while more is sealed and indexed: together they are what was there at first, for
// the newest first; and all that ever came, for the oldest first.
TEST(Search, goes_on_exactly_behind_the_last_hit_whatever_comes_meanwhile) {
  SearchedTrail trail(10);
  trail.add_epochs(30);
  for (int i = 0; i < 10; ++i) {
    SearchQuery query = trail.draw_query();
    query.limit = 1 + trail.draw(20);
    const std::uint64_t end = trail.told[query.team].size();
    std::vector<Pair> all;
    for (int pages = 0;; ++pages) {
      const auto page = trail.search->search(query);
      ASSERT_TRUE(page);
      for (const SearchHit& hit : page->hits)
        all.emplace_back(hit.number, trail.told[query.team].at(hit.number).end);
      if (!page->next) break;
      query.behind = page->next;
      if (pages < 5) trail.add_epochs(2);
      if (pages % 2 == 0) trail.index();
    }
    ASSERT_EQ(all, trail.expected(query, query.order == Order::newest_first ? end : UINT64_MAX));
  }
}

// Searches on one thread, the index on another, and a writer.
TEST(Search, finds_all_that_was_sealed_while_trail_and_index_grow) {
  SearchedTrail trail(11);
  trail.add_epochs(5);
  std::mutex mutex;  // of the model
  std::vector<Pair> least = trail.expected({.team = "1", .order = Order::oldest_first});
  std::jthread searching([&](const std::stop_token& stop) {
    const auto search = RecordSearch::open(trail.index_options.trail);
    SearchQuery query{.team = "1", .order = Order::oldest_first, .limit = 100'000};
    while (!stop.stop_requested()) {
      std::vector<Pair> known;
      {
        const std::lock_guard lock(mutex);
        known = least;
      }
      const auto page = (*search)->search(query);
      ASSERT_TRUE(page) << page.error().message();
      ASSERT_GE(page->hits.size(), known.size());
      for (std::size_t i = 0; i < known.size(); ++i)
        ASSERT_EQ(page->hits[i].number, known[i].first);
    }
  });
  std::jthread indexing([&](const std::stop_token& stop) {
    const auto indexer = Indexer::open(trail.index_options);
    while (!stop.stop_requested()) {
      const base::Status status = (*indexer)->index_more(stop);
      ASSERT_TRUE(status) << status.error().message();
    }
  });
  for (int i = 0; i < 50; ++i) {
    trail.add_epochs(1);
    const std::lock_guard lock(mutex);
    least = trail.expected({.team = "1", .order = Order::oldest_first});
  }
}

TEST(Search, refuses_what_cannot_be_asked_and_stops_when_told) {
  SearchedTrail trail(12);
  trail.add_epochs(3);
  EXPECT_EQ(trail.search->search({.team = "1", .row = "7"}).error().code, base::ErrorCode::invalid_argument);
  EXPECT_EQ(trail.search->search({.team = "1", .limit = 0}).error().code, base::ErrorCode::invalid_argument);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(trail.search->search({.team = "1"}, stop.get_token()).error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(trail.search->search({.team = "1", .behind = 0})->hits, IsEmpty());
  EXPECT_THAT(trail.search->search({.team = "1", .order = Order::oldest_first, .behind = UINT64_MAX})->hits,
              IsEmpty());
}

}  // namespace
}  // namespace art32::trail
