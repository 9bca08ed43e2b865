#include "trail/indexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "trail/frame.h"

namespace art32::trail {
namespace {

std::uint64_t length_of(const std::vector<RunRange>& runs) {
  std::uint64_t length = 0;
  for (const RunRange& run : runs)
    length += run.end - run.begin;
  return length;
}

}  // namespace

base::Result<std::unique_ptr<Indexer>> Indexer::open(const Options& options) {
  ART32_ASSIGN(std::unique_ptr<RecordReader> reader, RecordReader::open(options.trail));
  const base::Path folder = index_folder(options.trail.folder);
  ART32_CHECKED(base::make_folder(folder, 0700));
  ART32_ASSIGN(base::File lock, base::File::open_write(folder / "lock", base::Visibility::owner_only));
  ART32_CHECKED(lock.lock());
  return std::unique_ptr<Indexer>(new Indexer(options, std::move(reader), std::move(lock)));
}

base::Status Indexer::index_more(const std::stop_token& stop) {
  // Somebody may have deleted the folder.
  ART32_CHECKED(base::make_folder(index_folder(options_.trail.folder), 0700));
  ART32_ASSIGN(const std::vector<RecordReader::Segment> segments, reader_->segments());
  if (!is_tidy_) ART32_CHECKED(tidy_up(segments));
  is_tidy_ = true;
  std::uint64_t sealed = 0, indexed = 0;
  const std::vector<RunRange> runs = list_runs(options_.trail.folder);
  for (const RecordReader::Segment& segment : segments) {
    sealed += segment.length;
    indexed += length_of(covering_runs(runs, segment.number));
  }
  sealed_ = sealed;
  indexed_ = indexed;
  for (const RecordReader::Segment& segment : segments) {
    if (stop.stop_requested()) return {};
    // Of most nothing is to be done.
    if (joined_.contains(segment.number) && length_of(covering_runs(runs, segment.number)) == segment.length)
      continue;
    ART32_CHECKED(index_segment(segment, stop));
  }
  return {};
}

base::Status Indexer::index_segment(const RecordReader::Segment& segment, const std::stop_token& stop) {
  const auto covering = [&] { return covering_runs(list_runs(options_.trail.folder), segment.number); };
  for (const RunRange& range : covering())
    ART32_CHECKED(check(range));
  std::uint64_t begin = 0;
  for (const RunRange& range : covering()) {
    if (begin < range.begin) ART32_CHECKED(fill(segment, begin, range.begin, stop));
    begin = range.end;
  }
  if (begin < segment.length) ART32_CHECKED(fill(segment, begin, segment.length, stop));
  if (!segment.is_complete) return {};
  const std::vector<RunRange> runs = covering();
  if (runs.empty() || length_of(runs) != segment.length) return {};
  return join(runs, stop);
}

base::Status Indexer::check(const RunRange& range) {
  if (checked_.contains(range)) return {};
  const auto run = IndexRun::open(options_.trail.folder, range, reader_->key());
  const auto content = run ? (*run)->content() : tl::unexpected(run.error());
  if (content) {
    checked_.insert(range);
    return {};
  }
  base::log_warning("a part of the trail's index is made anew", {{"why", content.error().message()}});
  indexed_ -= range.end - range.begin;
  return remove(run_path(options_.trail.folder, range));
}

base::Status Indexer::fill(const RecordReader::Segment& segment, std::uint64_t begin, std::uint64_t end,
                           const std::stop_token& stop) {
  ART32_ASSIGN(const base::File file,
               base::File::open_read(segment_path(options_.trail.folder, segment.number)));
  while (begin < end && !stop.stop_requested()) {
    // The rest of a segment that goes on waits until it is enough.
    if (!segment.is_complete && end == segment.length && end - begin < options_.run_octets) return {};
    ART32_ASSIGN(const std::uint64_t next, make_run(file, begin, end, segment.number, stop));
    if (next == begin) return {};
    begin = next;
  }
  return {};
}

base::Result<std::uint64_t> Indexer::make_run(const base::File& file, std::uint64_t begin, std::uint64_t end,
                                              std::uint64_t segment, const std::stop_token& stop) {
  RunBuilder builder(segment, begin);
  std::uint64_t offset = begin;
  FrameChecksum last{};
  for (bool is_whole = false; offset < end && !is_whole;) {
    if (stop.stop_requested()) return begin;
    ART32_ASSIGN(const base::Bytes octets, read_frame(file, offset, end));
    const std::optional<Frame> frame = parse_frame(octets);
    if (!frame) return damaged_segment(file.path(), offset);
    if (frame->type == FrameType::block) {
      ART32_ASSIGN(const BlockHeader header, block_header(frame->content));
      ART32_ASSIGN(const RecordReader::Team* team, reader_->find(header.team));
      if (team == nullptr) return damaged_segment(file.path(), offset);
      ART32_ASSIGN(const BlockRecords block, open_block(frame->content, team->key.view()));
      const base::Status added = builder.add(offset, *team, block);
      if (!added) return tl::unexpected(added.error().within(file.path().string()));
    }
    last = frame->checksum;
    offset += octets.size();
    const std::uint64_t length = offset - begin;
    is_whole =
        (frame->type == FrameType::epoch && length >= options_.run_octets) || length >= options_.longest_run;
  }
  ART32_CHECKED(keep(builder.finish(offset, last)));
  indexed_ += offset - begin;
  return offset;
}

// A look-up costs the same in a long run as in a short one. Those that are as long as they get stay.
base::Status Indexer::join(const std::vector<RunRange>& runs, const std::stop_token& stop) {
  std::vector<RunRange> together;
  std::size_t entries = 0;
  for (const RunRange& range : runs) {
    if (stop.stop_requested()) return {};
    ART32_ASSIGN(const std::unique_ptr<IndexRun> run,
                 IndexRun::open(options_.trail.folder, range, reader_->key()));
    const bool fits = entries + run->head().entries <= options_.most_entries &&
                      (together.empty() || range.end - together.front().begin <= UINT32_MAX);
    if (!fits) {
      ART32_CHECKED(join_these(together));
      together.clear();
      entries = 0;
    }
    together.push_back(range);
    entries += run->head().entries;
  }
  ART32_CHECKED(join_these(together));
  joined_.insert(runs.front().segment);
  return {};
}

base::Status Indexer::join_these(const std::vector<RunRange>& runs) {
  if (runs.size() < 2) return {};
  std::vector<RunContent> contents;
  for (const RunRange& range : runs) {
    ART32_ASSIGN(const std::unique_ptr<IndexRun> run,
                 IndexRun::open(options_.trail.folder, range, reader_->key()));
    ART32_ASSIGN(RunContent content, run->content());
    contents.push_back(std::move(content));
  }
  ART32_CHECKED(keep(joined(contents)));
  for (const RunRange& range : runs)
    ART32_CHECKED(remove(run_path(options_.trail.folder, range)));
  return {};
}

base::Status Indexer::keep(const RunContent& content) {
  ART32_CHECKED(base::replace_file(run_path(options_.trail.folder, content.range),
                                   seal_run(content, reader_->key()), base::Visibility::owner_only));
  checked_.insert(content.range);
  return {};
}

// What a crash left behind: halves of files, and runs that another one has taken in.
base::Status Indexer::tidy_up(const std::vector<RecordReader::Segment>& segments) {
  std::set<base::Path> wanted = {index_folder(options_.trail.folder) / "lock"};
  const std::vector<RunRange> runs = list_runs(options_.trail.folder);
  for (const RecordReader::Segment& segment : segments)
    for (const RunRange& range : covering_runs(runs, segment.number))
      if (range.end <= segment.length) wanted.insert(run_path(options_.trail.folder, range));
  std::error_code error;
  std::vector<base::Path> others;
  for (const auto& entry : std::filesystem::directory_iterator(index_folder(options_.trail.folder), error))
    if (!wanted.contains(entry.path())) others.push_back(entry.path());
  for (const base::Path& path : others)
    ART32_CHECKED(remove(path));
  return {};
}

base::Status Indexer::remove(const base::Path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (!error) return {};
  return base::system_failure(fmt::format("cannot delete {}", path.string()), error.value());
}

}  // namespace art32::trail
