// Where each team's records begin in a segment, and how whole segments go once they are old enough.
#include <fmt/format.h>

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"
#include "trail/index_run.h"
#include "trail/record_store.h"

namespace art32::trail {
namespace {

constexpr std::int64_t rows_at_once = 20'000;

base::Instant instant_in(const store::Row& row, int column) {
  return base::Instant(std::chrono::microseconds(row.integer(column)));
}

base::Status remove_file(const base::Path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) return base::system_failure(fmt::format("cannot delete {}", path.string()), error.value());
  return {};
}

}  // namespace

// Before the first record of the team in this segment.
void RecordStore::note_beginning(std::string_view name, Team& team) {
  const std::uint64_t segment = file_.is_open() ? segment_ : epoch_ + 1;
  if (team.begun == segment) return;
  team.begun = segment;
  const merkle::Frontier& frontier = states_.frontier_of(name);
  new_beginnings_.push_back({team.reference, segment, {frontier.size().value, frontier}});
}

base::Result<std::optional<base::Instant>> RecordStore::oldest() const {
  std::optional<base::Instant> oldest;
  ART32_CHECKED(database_.query("SELECT begun FROM trail_segments ORDER BY segment LIMIT 1", {},
                                [&](const store::Row& row) { oldest = instant_in(row, 0); }));
  return oldest;
}

base::Result<std::uint64_t> RecordStore::forget_before(base::Instant time) {
  ART32_ASSERT(is_sealed());
  std::uint64_t count = 0, kept = epoch_ + 1;
  bool is_open_one = false;
  ART32_CHECKED(database_.query("SELECT segment, ended FROM trail_segments ORDER BY segment", {},
                                [&](const store::Row& row) {
                                  const auto segment = static_cast<std::uint64_t>(row.integer(0));
                                  if (kept <= epoch_) return;
                                  if (instant_in(row, 1) >= time) kept = segment;
                                  if (kept > epoch_) ++count, is_open_one = segment == segment_;
                                }));
  if (count == 0) return count;
  const std::string record = fmt::format(
      R"({{"at":"{}","before":"{}","database":{},"format":"art32-trail-retention/v1","kept-from":{},"segments":{},"system":"{}"}})",
      base::rfc3339(clock_.now()), base::rfc3339(time), position_->database, kept, count, position_->system);
  ART32_CHECKED(ledger_.append(model::trail_retention_record, base::as_bytes(record)));
  if (is_open_one) {
    file_ = base::File();
    segment_ = length_ = sealed_length_ = 0;
  }
  const auto as_integer = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  const auto forget = [&]() -> base::Status {
    ART32_CHECKED(database_.run("UPDATE trail_state SET kept_from = ?, segment = ?, length = ?",
                                {as_integer(kept), as_integer(segment_), as_integer(length_)}));
    return database_.run("DELETE FROM trail_segments WHERE segment < ?", {as_integer(kept)});
  };
  ART32_CHECKED(database_.transaction(forget));
  has_old_rows_ = true;
  ART32_CHECKED(delete_segments_before(kept));
  base::log_info("records of the trail are deleted, as long as they had to be kept",
                 {{"segments", std::to_string(count)}, {"before", base::rfc3339(time)}});
  return count;
}

// Files of records first: what an index says of them is nothing without.
base::Status RecordStore::delete_segments_before(std::uint64_t kept) {
  std::error_code error;
  std::vector<base::Path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(segments_folder(options_.folder), error))
    if (const auto number = base::parse_number(entry.path().stem().string());
        number && *number < kept && entry.path() == segment_path(options_.folder, *number))
      paths.push_back(entry.path());
  if (error)
    return base::system_failure(fmt::format("cannot list {}", segments_folder(options_.folder).string()),
                                error.value());
  for (const RunRange& run : list_runs(options_.folder))
    if (run.segment < kept) paths.push_back(run_path(options_.folder, run));
  for (const base::Path& path : paths)
    ART32_CHECKED(remove_file(path));
  if (paths.empty()) return {};
  return base::sync_folder(segments_folder(options_.folder));
}

// A crash may have come between the state and the files.
base::Status RecordStore::finish_forgetting() {
  std::uint64_t kept = 0;
  ART32_CHECKED(database_.query("SELECT kept_from FROM trail_state", {}, [&](const store::Row& row) {
    kept = static_cast<std::uint64_t>(row.integer(0));
  }));
  has_old_rows_ = kept > 0;
  return kept > 0 ? delete_segments_before(kept) : base::Status();
}

base::Status RecordStore::forget_rows() {
  if (!has_old_rows_) return {};
  constexpr std::string_view blocks =
      "DELETE FROM trail_blocks WHERE (team, first) IN (SELECT team, first FROM trail_blocks WHERE segment < "
      "(SELECT kept_from FROM trail_state) LIMIT ?)";
  ART32_CHECKED(database_.run(blocks, {rows_at_once}));
  if (database_.changes() == rows_at_once) return {};
  has_old_rows_ = false;
  return database_.run("DELETE FROM trail_beginnings WHERE segment < (SELECT kept_from FROM trail_state)");
}

}  // namespace art32::trail
