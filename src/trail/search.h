// Finds changes in the trail of a team: by row, table, actor, request, time, column and value;
// newest or oldest first. Fast where the index covers the trail, and with the same answers
// where it doesn't, or is damaged or gone. A damaged part of the index is deleted, so that it is
// made anew.
//
// Reads while the trail is written, takes no lock. Errors as the reader's, and `invalid_argument`
// for a query that can't be one. One thread; each thread opens its own and keeps it, since what it
// has read of the index stays in memory.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.h"
#include "trail/index_run.h"
#include "trail/record_reader.h"

namespace art32::trail {

struct TableName {
  std::string schema = "public";
  std::string table;
};

// All that is said must hold.
struct SearchQuery {
  std::string team{};  // empty: what is of no team
  std::optional<TableName> table{};
  // Of a row of that table: the text of its column `id`, or of its first column where none is called so.
  std::optional<std::string> row{};
  struct Actor {
    std::string kind, id;
  };
  std::optional<Actor> actor{};
  std::optional<std::string> request{};
  std::optional<base::Instant> from{}, before{};  // when it was committed: from <= time < before

  // Of one column, or of any: that it changed (all do where a row comes or goes), and its text. Values
  // that the trail doesn't have as texts are not found.
  std::optional<std::string> column{};
  std::optional<std::string> old_value{}, new_value{};

  enum class Order { newest_first, oldest_first };
  Order order = Order::newest_first;
  std::optional<std::uint64_t> behind{};  // goes on there: SearchPage::next
  std::size_t limit = 100;                // hits
  std::size_t most_octets = SIZE_MAX;     // of hits; one hit there is in any case
  std::size_t most_blocks = 5'000;        // are looked through at once: a few seconds
};

struct SearchHit {
  std::uint64_t number = 0;  // of the record, among its team's
  std::string record;        // of a row, a truncation, or a gap; docs/formats/record.md
  std::string transaction;   // the record of it: author and time; of a gap empty
  base::Bytes values;        // beside the record: with_personal_values() reads them
};

struct SearchPage {
  std::vector<SearchHit> hits;
  // There may be more: the same query goes on behind it. It stays good whatever is sealed meanwhile.
  std::optional<std::uint64_t> next;
};

class RecordSearch {
 public:
  static base::Result<std::unique_ptr<RecordSearch>> open(const RecordReader::Options& options);

  // `unavailable` when `stop` is asked for.
  base::Result<SearchPage> search(const SearchQuery& query, const std::stop_token& stop = {});

  RecordReader& reader() { return *reader_; }

 private:
  explicit RecordSearch(std::unique_ptr<RecordReader> reader) : reader_(std::move(reader)) {}

  struct Span {  // a stretch of a segment
    RunRange range;
    const IndexRun* run = nullptr;  // none: not in the index
  };
  struct Candidate {  // a block that may have what is asked for
    Place place;
    std::size_t octets = 0;  // at most
  };
  struct Step {
    Span span;
    std::optional<std::vector<Candidate>> candidates;  // none: all of the team's blocks
  };
  struct Work;  // one search

  bool open_runs(const std::vector<RunRange>& ranges);
  base::Result<std::vector<Span>> spans();
  void forget(const RunRange& range, const base::Error& why);
  base::Status search_all(const std::vector<Span>& spans, Work& work);
  Step look_up(const Span& span, Work& work);
  static base::Result<std::vector<Candidate>> candidates_in(const IndexRun& run, const Work& work);
  base::Status search_listed(const Span& span, Work& work);
  base::Status search_candidates(const std::vector<Candidate>& candidates, Work& work);

  const std::unique_ptr<RecordReader> reader_;
  std::map<RunRange, std::unique_ptr<IndexRun>> runs_;
};

}  // namespace art32::trail
