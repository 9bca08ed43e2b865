#include "trail/record_reader.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::size_t blocks_of_a_query = 64;
constexpr std::size_t blocks_kept = 4;

bool is_within(const BlockPlace& block, std::uint64_t number) {
  return number >= block.header.first && number - block.header.first < block.header.count;
}

// While the very first trail is made, the file is there before what is in it.
base::Result<bool> has_tables(const store::Database& database) {
  bool has = false;
  ART32_CHECKED(database.query("select 1 from sqlite_schema where name = 'trail_state'", {},
                               [&](const store::Row&) { has = true; }));
  return has;
}

}  // namespace

base::Result<std::unique_ptr<RecordReader>> RecordReader::open(const Options& options) {
  const base::Path state = options.folder / "state.db";
  const auto none = failure(ErrorCode::not_found, fmt::format("{} holds no trail", options.folder.string()));
  if (!base::file_facts(state)) return none;
  ART32_ASSIGN(base::Secret key, load_trail_key(options.key));
  ART32_ASSIGN(store::Database database, store::Database::open(state, store::Database::Access::read_only));
  ART32_ASSIGN(const bool is_made, has_tables(database));
  if (!is_made) return none;
  std::unique_ptr<RecordReader> reader(new RecordReader(options, std::move(key), std::move(database)));
  ART32_CHECKED(reader->teams());
  return reader;
}

base::Result<std::vector<RecordReader::TeamSize>> RecordReader::teams() const {
  std::vector<TeamSize> teams;
  ART32_CHECKED(visit_teams(database_, key_.view(), [&](StoredTeam team) -> base::Status {
    if (team.records > 0) teams.push_back({std::move(team.name), team.records});
    return {};
  }));
  std::ranges::sort(teams, {}, &TeamSize::team);
  return teams;
}

base::Result<std::uint64_t> RecordReader::records_of(std::string_view team) const {
  ART32_ASSIGN(const std::optional<StoredTeam> stored,
               find_team(database_, key_.view(), team_reference(key_.view(), team)));
  return stored ? stored->records : 0;
}

base::Result<const RecordReader::Team*> RecordReader::find(std::string_view team) {
  return find(team_reference(key_.view(), team));
}

base::Result<const RecordReader::Team*> RecordReader::find(const TeamReference& reference) {
  const auto known = teams_.find(reference);
  if (known != teams_.end()) return &known->second;
  ART32_ASSIGN(std::optional<StoredTeam> stored, find_team(database_, key_.view(), reference));
  if (!stored) return nullptr;
  return &teams_.emplace(reference, Team{std::move(stored->name), reference, std::move(stored->key)})
              .first->second;
}

base::Status RecordReader::read(std::string_view name, std::uint64_t from, Direction direction,
                                const Visit& visit) {
  ART32_ASSIGN(const Team* team, find(name));
  if (team == nullptr) return {};
  while (true) {
    ART32_ASSIGN(const std::vector<BlockPlace> places, blocks(*team, from, direction, blocks_of_a_query));
    for (const BlockPlace& place : places) {
      ART32_ASSIGN(const Block opened, block(*team, place));
      const std::uint64_t first = place.header.first, last = first + place.header.count - 1;
      if (direction == Direction::forwards) {
        for (std::uint64_t number = std::max(from, first); number <= last; ++number)
          if (!visit(number, {opened->records[number - first], opened->values[number - first]})) return {};
      } else {
        for (std::uint64_t number = std::min(from, last) + 1; number > first; --number)
          if (!visit(number - 1, {opened->records[number - 1 - first], opened->values[number - 1 - first]}))
            return {};
      }
    }
    if (places.size() < blocks_of_a_query) return {};
    const BlockHeader& reached = places.back().header;
    if (direction == Direction::backwards && reached.first == 0) return {};
    from = direction == Direction::forwards ? reached.first + reached.count : reached.first - 1;
  }
}

base::Result<std::string> RecordReader::record(std::string_view name, std::uint64_t number) {
  ART32_ASSIGN(const Team* team, find(name));
  if (team != nullptr) {
    ART32_ASSIGN(const std::vector<BlockPlace> places, blocks(*team, number, Direction::backwards, 1));
    if (!places.empty() && is_within(places.front(), number)) {
      ART32_ASSIGN(const Block opened, block(*team, places.front()));
      return base::to_text(opened->records[number - places.front().header.first]);
    }
  }
  ART32_ASSIGN(const Beginning kept, beginning(name));
  return failure(
      ErrorCode::not_found,
      number < kept.first
          ? fmt::format("record {} is deleted: the team's records begin at {} by now", number, kept.first)
          : fmt::format("the team has no record {} that is sealed", number));
}

base::Result<std::vector<BlockPlace>> RecordReader::blocks(const Team& team, std::uint64_t from,
                                                           Direction direction, std::size_t limit) const {
  if (direction == Direction::backwards) return blocks_back_from(database_, team.reference, from, limit);
  ART32_ASSIGN(std::vector<BlockPlace> places, blocks_from(database_, team.reference, from, limit));
  // The one before the first of those records, where none is sealed yet or none follows.
  if (!places.empty() && places.front().header.first + places.front().header.count <= from)
    places.erase(places.begin());
  return places;
}

// A team's blocks stand in the order of their numbers. What is asked for is mostly near the end: the
// steps back from there grow, before the rest is halved.
base::Result<std::uint64_t> RecordReader::number_at(const Team& team, const Place& place) const {
  ART32_ASSIGN(const std::optional<StoredTeam> stored, find_team(database_, key_.view(), team.reference));
  ART32_ASSIGN(const Beginning beginning, beginning_of(database_, key_.view(), team.reference));
  std::uint64_t low = beginning.first, high = stored ? stored->records : 0, back = 1;
  bool is_near = true;
  while (low < high) {
    const std::uint64_t ahead = is_near ? std::min(back, high - low) : (high - low + 1) / 2;
    const std::uint64_t number = high - ahead;
    ART32_ASSIGN(const std::vector<BlockPlace> found, blocks_back_from(database_, team.reference, number, 1));
    if (found.empty() || !is_within(found.front(), number))
      return failure(ErrorCode::corrupt, fmt::format("state.db misses the block of record {}", number),
                     "restore the folder from a backup");
    const BlockHeader& block = found.front().header;
    if (found.front().place < place) {
      low = block.first + block.count;
      is_near = false;
    } else {
      high = block.first;
      back = 2 * back + block.count;
    }
  }
  return low;
}

base::Result<RecordReader::Block> RecordReader::block(const Team& team, const BlockPlace& place) {
  if (Block block = known(place.place, team)) return block;
  ART32_ASSIGN(BlockRecords block, read_block(options_.folder, place, team.key.view()));
  return keep(place.place, std::move(block));
}

base::Result<RecordReader::Block> RecordReader::block_at(const Team& team, const Place& place) {
  if (Block block = known(place, team)) return block;
  ART32_ASSIGN(std::optional<BlockRecords> block,
               read_block_at(options_.folder, place, team.reference, team.key.view()));
  if (!block) return nullptr;
  return keep(place, std::move(*block));
}

void RecordReader::expect(const Place& place, std::size_t octets) const {
  const auto file = base::File::open_read(segment_path(options_.folder, place.segment));
  if (!file) return;
  ::posix_fadvise(file->descriptor(), static_cast<off_t>(place.offset), static_cast<off_t>(octets),
                  POSIX_FADV_WILLNEED);
}

RecordReader::Block RecordReader::known(const Place& place, const Team& team) {
  const auto found = std::ranges::find_if(opened_, [&](const Opened& opened) {
    return opened.place == place && opened.block->header.team == team.reference;
  });
  if (found == opened_.end()) return nullptr;
  std::rotate(found, found + 1, opened_.end());
  return opened_.back().block;
}

RecordReader::Block RecordReader::keep(const Place& place, BlockRecords block) {
  if (opened_.size() == blocks_kept) opened_.erase(opened_.begin());
  opened_.push_back({place, std::make_shared<const BlockRecords>(std::move(block))});
  return opened_.back().block;
}

base::Result<std::vector<RecordReader::Segment>> RecordReader::segments() const {
  ART32_ASSIGN(const SealedEnd end, sealed_end(database_));
  std::vector<Segment> segments;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(segments_folder(options_.folder), error)) {
    const auto number = base::parse_number(entry.path().stem().string());
    if (!number || *number > end.epoch || *number < end.kept ||
        entry.path() != segment_path(options_.folder, *number))
      continue;
    const bool is_open = *number == end.place.segment;
    if (is_open) {
      segments.push_back({*number, end.place.offset, false});
      continue;
    }
    ART32_ASSIGN(const base::FileFacts facts, base::file_facts(entry.path()));
    segments.push_back({*number, facts.size, true});
  }
  if (error)
    return base::system_failure(fmt::format("cannot list {}", segments_folder(options_.folder).string()),
                                error.value());
  std::ranges::sort(segments, {}, &Segment::number);
  return segments;
}

}  // namespace art32::trail
