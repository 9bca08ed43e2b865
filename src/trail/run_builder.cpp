#include "trail/run_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace art32::trail {
namespace {

constexpr std::string_view nobodys_request = R"("")";

// A value that somebody can ask for; not what stands for one that wasn't kept.
bool is_value(std::string_view json) {
  return json.starts_with('"') || json.starts_with(R"({"base64":)");
}

std::optional<base::Instant> time_in(std::string_view json) {
  if (json.size() < 2) return std::nullopt;
  return base::parse_rfc3339(json.substr(1, json.size() - 2));
}

}  // namespace

std::uint32_t run_seconds(base::Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(seconds, 0, std::numeric_limits<std::uint32_t>::max()));
}

base::Status RunBuilder::add(std::uint64_t offset, const RecordReader::Team& team,
                             const BlockRecords& block) {
  ART32_ASSERT(offset >= begin_ && offset - begin_ <= UINT32_MAX);
  blocks_.push_back({static_cast<std::uint32_t>(offset - begin_)});
  tables_.clear();
  actors_.clear();
  TeamWork& work = teams_.try_emplace(team.reference, team.key.view()).first->second;
  std::uint64_t number = block.header.first;
  for (const base::ByteView record : block.records) {
    const std::optional<RecordFields> fields = parse_record(record);
    if (!fields || !take(*fields, work))
      return base::failure(base::ErrorCode::corrupt, fmt::format("record {} of a team isn't one", number));
    ++number;
  }
  return {};
}

bool RunBuilder::take(const RecordFields& record, TeamWork& team) {
  using Kind = RecordFields::Kind;
  if (record.kind == Kind::transaction) return take_transaction(record, team);
  if (record.kind == Kind::gap) {
    const auto noticed = time_in(record.noticed);
    if (noticed) stretch(current(), run_seconds(*noticed));
    return noticed.has_value();
  }
  if (team.waiting.empty() || team.waiting.back() != current()) team.waiting.push_back(current());
  if (record.kind == Kind::truncate)
    return visit_tables(record.tables, [&](std::string_view schema, std::string_view table) {
      add_table(schema, table, team);
    });
  take_row(record, team);
  return true;
}

void RunBuilder::take_row(const RecordFields& record, TeamWork& team) {
  add_table(record.schema, record.table, team);
  const std::optional<ColumnField> identity = identity_of(record.columns);
  if (!identity) return;
  for (const std::string_view value : {identity->first, identity->second})
    if (is_value(value)) add_term(team.terms.row(record.schema, record.table, value), current());
}

void RunBuilder::add_table(std::string_view schema, std::string_view table, const TeamWork& team) {
  const auto is_it = [&](const Known& known) { return known.first == schema && known.second == table; };
  if (std::ranges::any_of(tables_, is_it)) return;
  tables_.push_back({schema, table, team.terms.table(schema, table)});
  add_term(tables_.back().hash, current());
}

bool RunBuilder::take_transaction(const RecordFields& record, TeamWork& team) {
  const auto at = time_in(record.at);
  if (!at) return false;
  std::optional<TermHash> actor, request;
  if (!record.actor_id.empty()) {
    const auto is_it = [&](const Known& known) {
      return known.first == record.actor_kind && known.second == record.actor_id;
    };
    auto known = std::ranges::find_if(actors_, is_it);
    if (known == actors_.end())
      known = actors_.insert(actors_.end(), {record.actor_kind, record.actor_id,
                                             team.terms.actor(record.actor_kind, record.actor_id)});
    actor = known->hash;
    if (record.request != nobodys_request) request = team.terms.request(record.request);
  }
  for (const std::uint32_t ordinal : team.waiting) {
    stretch(ordinal, run_seconds(*at));
    if (actor) add_term(*actor, ordinal);
    if (request) add_term(*request, ordinal);
  }
  team.waiting.clear();
  return true;
}

void RunBuilder::stretch(std::uint32_t ordinal, std::uint32_t seconds) {
  RunBlock& block = blocks_[ordinal];
  block.earliest = std::min(block.earliest, seconds);
  block.latest = std::max(block.latest, seconds);
}

RunContent RunBuilder::finish(std::uint64_t end, const FrameChecksum& last) {
  for (const auto& [reference, team] : teams_)
    for (const std::uint32_t ordinal : team.waiting) {
      stretch(ordinal, 0);
      stretch(ordinal, UINT32_MAX);
      add_term(team.terms.open(), ordinal);
    }
  std::ranges::sort(entries_);
  entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
  return {{segment_, begin_, end}, last, std::move(blocks_), std::move(entries_)};
}

RunContent joined(const std::vector<RunContent>& runs) {
  RunContent all{{runs.front().range.segment, runs.front().range.begin, runs.back().range.end},
                 runs.back().last,
                 {},
                 {}};
  for (const RunContent& run : runs) {
    const auto before = static_cast<std::uint32_t>(all.blocks.size());
    for (RunBlock block : run.blocks) {
      block.offset += static_cast<std::uint32_t>(run.range.begin - all.range.begin);
      all.blocks.push_back(block);
    }
    for (const IndexEntry entry : run.entries)
      all.entries.push_back(entry + before);
  }
  std::ranges::sort(all.entries);
  return all;
}

}  // namespace art32::trail
