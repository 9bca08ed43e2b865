// Makes the index of a trail, run by run, from blocks that are sealed; anew where a run is
// damaged or missing. docs/formats/trail.md, "Index".
//
// Each run is complete or not there: stopped or crashed at any point, the next call goes on. A
// search without the index, or before it is up to date, finds the same. Holds a lock on the index's
// folder; takes none on the trail. index_more() on one thread; progress() from any.
#pragma once

#include <atomic>
#include <set>
#include <stop_token>

#include "trail/index_run.h"
#include "trail/record_reader.h"
#include "trail/run_builder.h"

namespace art32::trail {

// Octets of segments. What isn't indexed is less than a run, once index_more() has done its work.
struct IndexProgress {
  std::uint64_t sealed = 0;
  std::uint64_t indexed = 0;
};

class Indexer {
 public:
  struct Options {
    RecordReader::Options trail;
    std::uint64_t run_octets = 2U << 20;    // of a segment, for a run
    std::uint64_t longest_run = 64U << 20;  // of one epoch, which is cut there
    std::size_t most_entries = 8'000'000;   // of runs that become one when their segment is complete
  };
  // `conflict` where another one is at work.
  static base::Result<std::unique_ptr<Indexer>> open(const Options& options);

  // What is outstanding, until it is done or `stop` is asked for. Checks what was there at the first call.
  base::Status index_more(const std::stop_token& stop);
  IndexProgress progress() const { return {sealed_.load(), indexed_.load()}; }

 private:
  Indexer(const Options& options, std::unique_ptr<RecordReader> reader, base::File lock)
      : options_(options), reader_(std::move(reader)), lock_(std::move(lock)) {}

  base::Status index_segment(const RecordReader::Segment& segment, const std::stop_token& stop);
  base::Status check(const RunRange& range);
  base::Status fill(const RecordReader::Segment& segment, std::uint64_t begin, std::uint64_t end,
                    const std::stop_token& stop);
  // Where the run ends; `begin` where it was stopped.
  base::Result<std::uint64_t> make_run(const base::File& file, std::uint64_t begin, std::uint64_t end,
                                       std::uint64_t segment, const std::stop_token& stop);
  base::Status join(const std::vector<RunRange>& runs, const std::stop_token& stop);
  base::Status join_these(const std::vector<RunRange>& runs);
  base::Status keep(const RunContent& content);
  base::Status tidy_up(const std::vector<RecordReader::Segment>& segments);
  base::Status remove(const base::Path& path);

  const Options options_;
  const std::unique_ptr<RecordReader> reader_;
  const base::File lock_;
  std::set<RunRange> checked_;      // they are as they were written
  std::set<std::uint64_t> joined_;  // complete segments with runs as long as they get
  bool is_tidy_ = false;
  std::atomic<std::uint64_t> sealed_{0}, indexed_{0};
};

}  // namespace art32::trail
