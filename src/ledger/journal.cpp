#include "ledger/journal.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

namespace art32::ledger {
namespace {

constexpr std::size_t name_digits = 16;
constexpr std::string_view mend_damage =
    "nothing was changed; restore the ledger's folder from a backup and keep the damaged copy as evidence";

std::optional<std::uint64_t> first_of_name(std::string_view name) {
  if (name.size() != name_digits + 4 || !name.ends_with(".seg")) return std::nullopt;
  return base::parse_number(name.substr(0, name_digits));
}

tl::unexpected<base::Error> damaged(const base::Path& path, std::uint64_t offset, std::string_view what) {
  return base::failure(base::ErrorCode::corrupt,
                       fmt::format("{} at octet {}: {}", path.string(), offset, what),
                       std::string(mend_damage));
}

// What a scan of one file needs to know and finds out.
struct FileScan {
  const base::File& file;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
  std::uint64_t next = 0;
  std::optional<base::Error> stop;  // why it ended before the file did
};

// The next batch, visited only when all of it is whole. False at the end.
base::Result<bool> scan_batch(FileScan& scan, const Journal::Visit& visit) {
  if (scan.offset == scan.size) return false;
  const auto stop = [&](std::string what) {
    scan.stop = damaged(scan.file.path(), scan.offset, what).value();
    return false;
  };
  const std::uint64_t left = scan.size - scan.offset;
  if (left < batch_header_octets) return stop(fmt::format("the batch of record {} is cut off", scan.next));
  ART32_ASSIGN(const base::Bytes head, scan.file.read_at(scan.offset, batch_header_octets));
  const auto header = parse_batch_header(head);
  if (!header) return stop(fmt::format("the header of the batch of record {} is damaged", scan.next));
  if (header->first != scan.next)
    return damaged(scan.file.path(), scan.offset,
                   fmt::format("record {} is due, but a batch begins with {}", scan.next, header->first));
  if (left - batch_header_octets < header->octets)
    return stop(fmt::format("the batch of record {} is cut off", scan.next));
  ART32_ASSIGN(const base::Bytes body, scan.file.read_at(scan.offset + batch_header_octets, header->octets));
  const auto frames = parse_frames(*header, body);
  if (!frames) return stop(frames.error().what);
  std::uint64_t offset = scan.offset + batch_header_octets;
  for (const Frame& frame : *frames) {
    ART32_CHECKED(visit(frame, static_cast<std::uint32_t>(offset)));
    offset += frame.octets();
  }
  scan.offset = offset;
  scan.next += header->count;
  return true;
}

}  // namespace

base::Path Journal::path_of(std::uint64_t first) const {
  return folder_ / fmt::format("{:016}.seg", first);
}

base::Status Journal::load() {
  std::vector<std::uint64_t> found;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end;
       it.increment(error)) {
    const auto first = first_of_name(it->path().filename().string());
    if (!first)
      return base::failure(base::ErrorCode::corrupt,
                           fmt::format("{} is no records file", it->path().string()),
                           "move it out of the ledger's folder");
    found.push_back(*first);
  }
  if (error) return base::system_failure(fmt::format("cannot list {}", folder_.string()), error.value());
  std::ranges::sort(found);
  if (!found.empty() && found.front() != 0)
    return base::failure(base::ErrorCode::corrupt, fmt::format("{} is missing", path_of(0).string()),
                         std::string(mend_damage));
  const std::lock_guard lock(mutex_);
  segments_ = std::move(found);
  return {};
}

base::Result<Journal::End> Journal::scan_range(const Range& range, const Visit& visit) const {
  End end;
  const auto start = std::ranges::upper_bound(segments_, range.from);
  for (std::size_t number =
           start == segments_.begin() ? 0 : static_cast<std::size_t>(start - segments_.begin()) - 1;
       number < segments_.size(); ++number) {
    ART32_ASSIGN(const base::File file, base::File::open_read(path_of(segments_[number])));
    FileScan scan{file, 0, 0, segments_[number], {}};
    ART32_ASSIGN(scan.size, file.size());
    for (bool more = true; more && scan.next < range.until;) {
      ART32_ASSIGN(more, scan_batch(scan, visit));
    }
    const bool is_last = number + 1 == segments_.size();
    if (scan.next >= range.until) return End{number, scan.offset, scan.next, false};
    if (scan.stop) {
      if (!is_last || scan.next < range.acknowledged) return tl::unexpected<base::Error>(*scan.stop);
      ART32_ASSIGN(const base::Bytes rest,
                   file.read_at(scan.offset, static_cast<std::size_t>(scan.size - scan.offset)));
      if (find_later_batch(rest, scan.next)) return tl::unexpected<base::Error>(*scan.stop);
    } else if (!is_last && scan.next != segments_[number + 1]) {
      return damaged(file.path(), scan.offset,
                     fmt::format("it ends before record {}, but the next file begins with {}", scan.next,
                                 segments_[number + 1]));
    }
    end = End{number, scan.offset, scan.next, scan.stop.has_value()};
  }
  if (end.next < range.acknowledged)
    return base::failure(base::ErrorCode::corrupt,
                         fmt::format("the records in {} end before record {}, but {} were acknowledged",
                                     folder_.string(), end.next, range.acknowledged),
                         std::string(mend_damage));
  return end;
}

base::Status Journal::scan(std::uint64_t from, std::uint64_t acknowledged, const Visit& visit) const {
  ART32_ASSIGN([[maybe_unused]] const End end, scan_range({from, acknowledged, acknowledged}, visit));
  return {};
}

base::Result<std::uint64_t> Journal::recover(std::uint64_t from, std::uint64_t acknowledged,
                                             const Visit& visit) {
  ART32_ASSIGN(const End end,
               scan_range({from, acknowledged, std::numeric_limits<std::uint64_t>::max()}, visit));
  if (segments_.empty()) return 0;
  ART32_ASSIGN(current_, base::File::open_write(path_of(segments_[end.file]), base::Visibility::owner_only));
  end_ = end.offset;
  if (end.is_torn) {
    ART32_ASSIGN(const std::uint64_t size, current_.size());
    base::log_warning("torn batch cut from the ledger", {{"file", current_.path().string()},
                                                         {"next_record", std::to_string(end.next)},
                                                         {"octets", std::to_string(size - end.offset)}});
    ART32_CHECKED(current_.truncate(end_));
    ART32_CHECKED(current_.sync());
  }
  return end.next;
}

base::Status Journal::begin_file(std::uint64_t first) {
  ART32_ASSIGN(base::File file, base::File::open_write(path_of(first), base::Visibility::owner_only));
  ART32_CHECKED(base::sync_folder(folder_));
  current_ = std::move(file);
  end_ = 0;
  const std::lock_guard lock(mutex_);
  // A file may be there already: begun, and its first batch never written.
  if (segments_.empty() || segments_.back() != first) segments_.push_back(first);
  return {};
}

base::Result<std::uint32_t> Journal::prepare(std::uint64_t next, std::size_t octets) {
  if (must_cut_) {
    // Pages of a failed sync may look clean without being on disk; what was
    // durable before ends at end_, and everything after it is written anew.
    ART32_CHECKED(current_.truncate(end_));
    ART32_CHECKED(current_.sync());
    must_cut_ = false;
  }
  if (!current_.is_open() || (end_ > 0 && end_ + octets > base::limits::ledger_segment_octets))
    ART32_CHECKED(begin_file(next));
  return static_cast<std::uint32_t>(end_);
}

base::Status Journal::write(base::ByteView batch) {
  ART32_ASSERT(current_.is_open() && !must_cut_);
  must_cut_ = true;
  ART32_CHECKED(current_.write_at(end_, batch));
  ART32_CHECKED(current_.sync());
  must_cut_ = false;
  end_ += batch.size();
  return {};
}

base::Result<StoredRecord> Journal::read(std::uint64_t index, std::uint32_t offset) const {
  std::uint64_t first = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto after = std::ranges::upper_bound(segments_, index);
    ART32_ASSERT(after != segments_.begin());
    first = *std::prev(after);
  }
  ART32_ASSIGN(const base::File file, base::File::open_read(path_of(first)));
  ART32_ASSIGN(const base::Bytes head, file.read_at(offset, frame_header_octets));
  const std::size_t octets = frame_octets(base::get_u16(base::ByteView(head).subspan(12)),
                                          base::get_u32(base::ByteView(head).subspan(8)));
  ART32_ASSIGN(const std::uint64_t size, file.size());
  if (octets > size) return damaged(file.path(), offset, fmt::format("record {} is damaged", index));
  ART32_ASSIGN(const base::Bytes whole, file.read_at(offset, octets));
  const auto frame = parse_frame(whole);
  if (!frame || frame->index != index)
    return damaged(file.path(), offset, fmt::format("record {} is damaged", index));
  return StoredRecord{base::Bytes(frame->entry.begin(), frame->entry.end()),
                      base::Bytes(frame->sealed.begin(), frame->sealed.end())};
}

}  // namespace art32::ledger
