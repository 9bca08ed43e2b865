#include "trail/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "trail/block_search.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::size_t blocks_of_a_query = 64;
constexpr std::size_t candidates_ahead = 16;  // are asked for before the first one is read
constexpr int looks_at_the_folder = 3;

base::Status check(const SearchQuery& query) {
  if (query.row && !query.table)
    return failure(ErrorCode::invalid_argument, "a row is asked for without its table", "name the table");
  if (query.limit == 0 || query.most_blocks == 0)
    return failure(ErrorCode::invalid_argument, "nothing is asked for", "ask for one hit at least");
  return {};
}

void intersect(std::optional<std::vector<std::uint32_t>>& kept, const std::vector<std::uint32_t>& found) {
  if (!kept) {
    kept = found;
    return;
  }
  std::vector<std::uint32_t> both;
  std::ranges::set_intersection(*kept, found, std::back_inserter(both));
  kept = std::move(both);
}

// Ordinals of blocks that have all terms, in order.
base::Result<std::vector<std::uint32_t>> blocks_with(const IndexRun& run, const SearchFilter::Terms& terms) {
  std::optional<std::vector<std::uint32_t>> ordinals;
  for (const TermHash term : terms.of_change) {
    ART32_ASSIGN(const std::vector<std::uint32_t> found, run.find(term));
    intersect(ordinals, found);
  }
  for (const TermHash term : terms.of_transaction) {
    ART32_ASSIGN(const std::vector<std::uint32_t> found, run.find(term));
    ART32_ASSIGN(const std::vector<std::uint32_t> open, run.find(terms.open));
    std::vector<std::uint32_t> either;
    std::ranges::set_union(found, open, std::back_inserter(either));
    intersect(ordinals, either);
  }
  return ordinals.value_or(std::vector<std::uint32_t>());
}

}  // namespace

struct RecordSearch::Work {
  const RecordReader::Team& team;
  const SearchFilter& filter;
  const SearchFilter::Terms terms;
  const BlockSearch::Bounds bounds;
  const Place start;  // of the first block
  const std::stop_token& stop;
  BlockSearch blocks;

  bool is_backwards() const { return bounds.order == SearchQuery::Order::newest_first; }
  bool is_before_start(const Place& place) const { return is_backwards() ? place > start : place < start; }
  bool may_have(const Span& span) const {
    const Place begin{span.range.segment, span.range.begin}, end{span.range.segment, span.range.end};
    if (is_backwards() ? begin > start : end <= start) return false;
    return span.run == nullptr || !filter.asks_for_times() ||
           filter.may_fit_times(span.run->head().earliest, span.run->head().latest);
  }
  base::Status go_on() const {
    if (stop.stop_requested()) return failure(ErrorCode::unavailable, "the search was stopped");
    return {};
  }
};

base::Result<std::unique_ptr<RecordSearch>> RecordSearch::open(const RecordReader::Options& options) {
  ART32_ASSIGN(std::unique_ptr<RecordReader> reader, RecordReader::open(options));
  return std::unique_ptr<RecordSearch>(new RecordSearch(std::move(reader)));
}

base::Result<SearchPage> RecordSearch::search(const SearchQuery& query, const std::stop_token& stop) {
  ART32_CHECKED(check(query));
  ART32_ASSIGN(const RecordReader::Team* team, reader_->find(query.team));
  if (team == nullptr) return SearchPage();
  // What is sealed from now on is left out: the spans may have it already.
  BlockSearch::Bounds bounds{0, 0, query.order, query.limit, query.most_octets, query.most_blocks};
  ART32_ASSIGN(bounds.high, reader_->records_of(query.team));
  const bool is_backwards = query.order == SearchQuery::Order::newest_first;
  if (query.behind && is_backwards) bounds.high = std::min(bounds.high, *query.behind);
  if (query.behind && !is_backwards) bounds.low = std::min(bounds.high, *query.behind) + 1;
  if (bounds.low >= bounds.high) return SearchPage();
  ART32_ASSIGN(const std::vector<Span> found, spans());
  ART32_ASSIGN(const std::vector<BlockPlace> start,
               reader_->blocks(*team, is_backwards ? bounds.high - 1 : bounds.low, Direction::backwards, 1));
  if (start.empty())
    return failure(ErrorCode::corrupt, "state.db misses a block of the team",
                   "restore the folder from a backup");
  const SearchFilter filter(query);
  Work work{*team,
            filter,
            filter.terms(TeamTerms(team->key.view())),
            bounds,
            start.front().place,
            stop,
            BlockSearch(*reader_, *team, filter, bounds)};
  ART32_CHECKED(search_all(found, work));
  return work.blocks.take_page();
}

// Opens what is there by now; false where one was taken in by another meanwhile.
bool RecordSearch::open_runs(const std::vector<RunRange>& ranges) {
  std::erase_if(runs_, [&](const auto& run) { return !std::ranges::binary_search(ranges, run.first); });
  for (const RunRange& range : ranges) {
    if (runs_.contains(range)) continue;
    auto run = IndexRun::open(reader_->folder(), range, reader_->key());
    if (run)
      runs_.emplace(range, std::move(*run));
    else if (!base::file_facts(run_path(reader_->folder(), range)))
      return false;
    else
      forget(range, run.error());
  }
  return true;
}

// Whoever makes the index sees that it is missing, and makes it anew.
void RecordSearch::forget(const RunRange& range, const base::Error& why) {
  if (why.code != ErrorCode::corrupt) return;
  base::log_warning("a part of the trail's index was damaged, and is deleted", {{"why", why.message()}});
  runs_.erase(range);
  std::error_code error;
  std::filesystem::remove(run_path(reader_->folder(), range), error);
}

base::Result<std::vector<RecordSearch::Span>> RecordSearch::spans() {
  ART32_ASSIGN(const std::vector<RecordReader::Segment> segments, reader_->segments());
  std::vector<RunRange> ranges;
  for (int look = 0; look < looks_at_the_folder; ++look) {
    ranges = list_runs(reader_->folder());
    if (open_runs(ranges)) break;
  }
  std::vector<Span> spans;
  for (const RecordReader::Segment& segment : segments) {
    std::uint64_t reached = 0;
    const auto reach = [&](std::uint64_t offset) {
      if (reached < offset) spans.push_back({{segment.number, reached, offset}, nullptr});
      reached = offset;
    };
    for (const RunRange& range : covering_runs(ranges, segment.number)) {
      const auto run = runs_.find(range);
      if (run == runs_.end()) continue;
      reach(range.begin);
      spans.push_back({range, run->second.get()});
      reached = range.end;
    }
    reach(segment.length);
  }
  return spans;
}

base::Status RecordSearch::search_all(const std::vector<Span>& spans, Work& work) {
  // From a disk, what is asked for at once takes not much longer than one.
  for (const Span& span : spans)
    for (const auto* terms : {&work.terms.of_change, &work.terms.of_transaction})
      for (const TermHash term : *terms)
        if (span.run != nullptr && work.may_have(span)) span.run->expect(term);
  for (std::size_t next = 0; next < spans.size() && !work.blocks.is_done();) {
    ART32_CHECKED(work.go_on());
    std::vector<Step> steps;
    for (std::size_t ahead = 0; next < spans.size() && ahead < candidates_ahead; ++next) {
      const Span& span = spans[work.is_backwards() ? spans.size() - 1 - next : next];
      if (!work.may_have(span)) continue;
      steps.push_back(look_up(span, work));
      if (!steps.back().candidates) ahead = candidates_ahead;
      for (const Candidate& candidate : steps.back().candidates.value_or(std::vector<Candidate>()))
        if (ahead++ < candidates_ahead) reader_->expect(candidate.place, candidate.octets);
    }
    for (const Step& step : steps) {
      if (work.blocks.is_done()) break;
      ART32_CHECKED(step.candidates ? search_candidates(*step.candidates, work)
                                    : search_listed(step.span, work));
    }
  }
  return {};
}

RecordSearch::Step RecordSearch::look_up(const Span& span, Work& work) {
  if (span.run == nullptr || work.terms.is_empty()) return {span, std::nullopt};
  auto candidates = candidates_in(*span.run, work);
  if (candidates) return {span, std::move(*candidates)};
  forget(span.range, candidates.error());
  return {{span.range, nullptr}, std::nullopt};
}

// In the order of the search.
base::Result<std::vector<RecordSearch::Candidate>> RecordSearch::candidates_in(const IndexRun& run,
                                                                               const Work& work) {
  ART32_ASSIGN(const std::vector<std::uint32_t> ordinals, blocks_with(run, work.terms));
  const RunHead& head = run.head();
  std::vector<Candidate> candidates;
  for (const std::uint32_t ordinal : ordinals) {
    ART32_ASSIGN(const RunBlock block, run.block(ordinal));
    if (work.filter.asks_for_times() && !work.filter.may_fit_times(block.earliest, block.latest)) continue;
    const Place place{head.range.segment, head.range.begin + block.offset};
    if (work.is_before_start(place)) continue;
    std::uint64_t end = head.range.end;
    if (ordinal + 1 < head.blocks) {
      ART32_ASSIGN(const RunBlock next, run.block(ordinal + 1));
      end = head.range.begin + next.offset;
    }
    candidates.push_back({place, static_cast<std::size_t>(end - place.offset)});
  }
  if (work.is_backwards()) std::ranges::reverse(candidates);
  return candidates;
}

base::Status RecordSearch::search_candidates(const std::vector<Candidate>& candidates, Work& work) {
  for (const Candidate& candidate : candidates) {
    if (work.blocks.is_done()) break;
    ART32_CHECKED(work.go_on());
    ART32_ASSIGN(const RecordReader::Block block, reader_->block_at(work.team, candidate.place));
    if (block != nullptr) ART32_CHECKED(work.blocks.look_through(block));
  }
  return {};
}

// All of the team's blocks there, as state.db has them.
base::Status RecordSearch::search_listed(const Span& span, Work& work) {
  ART32_ASSIGN(const std::uint64_t first,
               reader_->number_at(work.team, {span.range.segment, span.range.begin}));
  ART32_ASSIGN(const std::uint64_t behind,
               reader_->number_at(work.team, {span.range.segment, span.range.end}));
  std::uint64_t low = std::max(first, work.bounds.low), high = std::min(behind, work.bounds.high);
  const auto may_fit = [&](const BlockPlace& place) {
    if (span.run == nullptr || !work.filter.asks_for_times()) return true;
    const auto block = span.run->block_at(place.place.offset);
    return !block || !*block || work.filter.may_fit_times((*block)->earliest, (*block)->latest);
  };
  while (low < high) {
    ART32_ASSIGN(
        const std::vector<BlockPlace> places,
        reader_->blocks(work.team, work.is_backwards() ? high - 1 : low,
                        work.is_backwards() ? Direction::backwards : Direction::forwards, blocks_of_a_query));
    if (places.empty()) return {};
    for (const BlockPlace& place : places) {
      const std::uint64_t end = place.header.first + place.header.count;
      if (place.header.first >= high || end <= low) return {};
      ART32_CHECKED(work.go_on());
      if (may_fit(place)) {
        ART32_ASSIGN(const RecordReader::Block block, reader_->block(work.team, place));
        ART32_CHECKED(work.blocks.look_through(block));
        if (work.blocks.is_done()) return {};
      }
      (work.is_backwards() ? high : low) = work.is_backwards() ? place.header.first : end;
    }
  }
  return {};
}

}  // namespace art32::trail
