// What the store keeps in its database, and how it finds its way back after a crash.
#include <fmt/format.h>

#include "base/assert.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/key_wrap.h"
#include "trail/frame.h"
#include "trail/record_store.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::size_t epoch_octets = 8 + 8 + 4 + 4 + 8 + 8 + 8;

constexpr std::string_view schema = R"sql(
CREATE TABLE trail_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL,
  digest BLOB NOT NULL,
  segment INTEGER NOT NULL,
  length INTEGER NOT NULL,
  system TEXT NOT NULL,
  timeline INTEGER NOT NULL,
  database INTEGER NOT NULL,
  lsn INTEGER NOT NULL
) STRICT;
-- Who has the trail's key can read the names; without it a team is its reference.
CREATE TABLE trail_teams (
  reference BLOB PRIMARY KEY,
  key BLOB NOT NULL,
  name BLOB NOT NULL,
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE trail_blocks (
  team BLOB NOT NULL REFERENCES trail_teams (reference),
  first INTEGER NOT NULL,
  count INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  octets INTEGER NOT NULL,
  PRIMARY KEY (team, first)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view schema_of_proofs = R"sql(
-- The last epoch's seal, and its leaf in the ledger.
ALTER TABLE trail_state ADD COLUMN seal TEXT;
ALTER TABLE trail_state ADD COLUMN leaf INTEGER;
CREATE TABLE trail_subtrees (
  team BLOB NOT NULL REFERENCES trail_teams (reference),
  number INTEGER NOT NULL,
  root BLOB NOT NULL,
  PRIMARY KEY (team, number)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view schema_of_retention = R"sql(
-- Records in segments before this one are deleted.
ALTER TABLE trail_state ADD COLUMN kept_from INTEGER NOT NULL DEFAULT 0;
-- When the first and the last epoch of each was sealed.
CREATE TABLE trail_segments (
  segment INTEGER PRIMARY KEY,
  begun INTEGER NOT NULL,
  ended INTEGER NOT NULL
) STRICT;
-- Where a team's records begin in each segment that has some, and the frontier of its tree before them.
CREATE TABLE trail_beginnings (
  team BLOB NOT NULL REFERENCES trail_teams (reference),
  segment INTEGER NOT NULL,
  first INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  PRIMARY KEY (team, segment)
) STRICT, WITHOUT ROWID;
)sql";

base::Bytes bytes_of(base::ByteView view) {
  return {view.begin(), view.end()};
}

std::int64_t stored(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

std::uint64_t number(const store::Row& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

base::Bytes octets_of(const merkle::Frontier& frontier) {
  base::Bytes octets;
  for (const merkle::Hash& hash : frontier.subtrees())
    base::append(octets, hash);
  return octets;
}

}  // namespace

std::vector<store::Migration> RecordStore::migrations() {
  return {{"trail", 1, schema}, {"trail", 2, schema_of_proofs}, {"trail", 3, schema_of_retention}};
}

base::Status RecordStore::load() {
  teams_.clear();
  names_.clear();
  grown_.clear();
  new_blocks_.clear();
  new_beginnings_.clear();
  states_ = TeamStates();
  waiting_octets_ = 0;
  appended_ = 0;
  std::uint64_t segment = 0, length = 0;
  ART32_CHECKED(database_.query(
      "SELECT epoch, digest, segment, length, system, timeline, database, lsn FROM trail_state", {},
      [&](const store::Row& row) {
        epoch_ = number(row, 0);
        const base::Bytes digest = row.bytes(1);
        std::copy_n(digest.begin(), std::min(digest.size(), epoch_digest_.size()), epoch_digest_.begin());
        segment = number(row, 2);
        length = number(row, 3);
        position_ = Position{base::parse_number(row.text(4)).value_or(0),
                             static_cast<std::uint32_t>(row.integer(5)),
                             static_cast<std::uint32_t>(row.integer(6)),
                             {number(row, 7)}};
      }));
  ART32_CHECKED(load_teams());
  sealed_root_ = states_.root();
  segment_begun_ = clock_.now();
  ART32_CHECKED(database_.query("SELECT begun FROM trail_segments WHERE segment = ?", {stored(segment)},
                                [&](const store::Row& row) {
                                  segment_begun_ = base::Instant(std::chrono::microseconds(row.integer(0)));
                                }));
  if (segment != 0) return open_segment(segment, length);
  file_ = base::File();
  return {};
}

base::Status RecordStore::load_teams() {
  const auto load_one = [&](StoredTeam stored) -> base::Status {
    states_.restore(stored.name, std::move(stored.frontier));
    names_[stored.reference] = stored.name;
    Team& team = teams_[stored.name];
    team.reference = stored.reference;
    team.key = std::move(stored.key);
    team.is_stored = true;
    return {};
  };
  ART32_CHECKED(visit_teams(database_, key_.view(), load_one));
  return database_.query(
      "SELECT team, max(segment) FROM trail_beginnings GROUP BY team", {}, [&](const store::Row& row) {
        TeamReference reference{};
        const base::Bytes octets = row.bytes(0);
        std::copy_n(octets.begin(), std::min(octets.size(), reference.size()), reference.begin());
        if (const auto name = names_.find(reference); name != names_.end())
          teams_.find(name->second)->second.begun = number(row, 1);
      });
}

// Before the first block of theirs: it can't be read without the key.
base::Status RecordStore::store_new_teams() {
  return database_.transaction([&]() -> base::Status {
    for (auto& [name, team] : teams_) {
      if (team.is_stored) continue;
      ART32_CHECKED(database_.run(
          "INSERT INTO trail_teams (reference, key, name, size, frontier) VALUES (?, ?, ?, 0, ?)",
          {bytes_of(team.reference), crypto::wrap_key(key_.view(), team.key.view()),
           sealed_team_name(team.key.view(), team.reference, name), base::Bytes()}));
      team.is_stored = true;
    }
    return {};
  });
}

base::Status RecordStore::save_seal(const Epoch& epoch, const SealedAt& sealed) {
  ART32_CHECKED(
      database_.run("UPDATE trail_state SET seal = ?, leaf = ?", {epoch.json, stored(sealed.leaf.value)}));
  return database_.run(
      "INSERT INTO trail_segments (segment, begun, ended) VALUES (?1, ?2, ?3) ON CONFLICT (segment) DO "
      "UPDATE SET ended = max(ended, ?3)",
      {stored(sealed.segment), sealed.time.time_since_epoch().count(),
       sealed.newest.time_since_epoch().count()});
}

// Since the last seal.
base::Status RecordStore::save_new() {
  for (const BlockPlace& block : new_blocks_)
    ART32_CHECKED(database_.run(
        "INSERT INTO trail_blocks (team, first, count, epoch, segment, offset, octets) VALUES (?, ?, ?, ?, "
        "?, ?, ?)",
        {bytes_of(block.header.team), stored(block.header.first), std::int64_t{block.header.count},
         stored(block.header.epoch), stored(block.place.segment), stored(block.place.offset),
         stored(block.octets)}));
  for (const TeamStates::FilledSubtree& subtree : states_.filled())
    ART32_CHECKED(database_.run("INSERT INTO trail_subtrees (team, number, root) VALUES (?, ?, ?)",
                                {bytes_of(teams_.find(subtree.team)->second.reference), stored(subtree.index),
                                 bytes_of(subtree.root)}));
  for (const NewBeginning& beginning : new_beginnings_)
    ART32_CHECKED(
        database_.run("INSERT INTO trail_beginnings (team, segment, first, frontier) VALUES (?, ?, ?, ?)",
                      {bytes_of(beginning.team), stored(beginning.segment), stored(beginning.at.first),
                       octets_of(beginning.at.frontier)}));
  return {};
}

// Without an epoch of its own, the last one's seal stays.
base::Status RecordStore::save(const Epoch& epoch, const crypto::Digest& digest,
                               const std::optional<SealedAt>& sealed) {
  return database_.transaction([&]() -> base::Status {
    ART32_CHECKED(database_.run(
        "INSERT INTO trail_state (id, epoch, digest, segment, length, system, timeline, database, lsn) "
        "VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET epoch = ?1, digest = ?2, "
        "segment = ?3, length = ?4, system = ?5, timeline = ?6, database = ?7, lsn = ?8",
        {stored(epoch.number), bytes_of(digest), stored(segment_), stored(length_),
         std::to_string(epoch.position.system), std::int64_t{epoch.position.timeline},
         std::int64_t{epoch.position.database}, stored(epoch.position.lsn.value)}));
    if (sealed) ART32_CHECKED(save_seal(epoch, *sealed));
    for (const Team* team : grown_) {
      const merkle::Frontier& frontier = states_.frontier_of(names_.at(team->reference));
      ART32_CHECKED(
          database_.run("UPDATE trail_teams SET size = ?, frontier = ? WHERE reference = ?",
                        {stored(frontier.size().value), octets_of(frontier), bytes_of(team->reference)}));
    }
    return save_new();
  });
}

base::Status RecordStore::move_to(const Position& position) {
  ART32_ASSERT(is_sealed());
  ART32_CHECKED(save({epoch_, position, 0, 0, {}}, epoch_digest_, std::nullopt));
  position_ = position;
  return {};
}

base::Status RecordStore::note_known_seal() {
  known_ = {epoch_, epoch_digest_, std::nullopt};
  return database_.query("SELECT leaf FROM trail_state WHERE leaf IS NOT NULL", {},
                         [&](const store::Row& row) { known_.leaf = model::LeafIndex(number(row, 0)); });
}

// Its records begin another file: a segment is named after its first epoch.
base::Status RecordStore::go_on_behind(std::uint64_t epoch, const crypto::Digest& digest) {
  ART32_ASSERT(is_sealed() && epoch > epoch_);
  file_ = base::File();
  segment_ = length_ = sealed_length_ = 0;
  ART32_CHECKED(save({epoch, position_.value_or(Position()), 0, 0, {}}, digest, std::nullopt));
  epoch_ = epoch;
  epoch_digest_ = digest;
  return {};
}

base::Bytes RecordStore::epoch_content(const Epoch& epoch) {
  base::Bytes content;
  base::put_u64(content, epoch.number);
  base::put_u64(content, epoch.position.system);
  base::put_u32(content, epoch.position.timeline);
  base::put_u32(content, epoch.position.database);
  base::put_u64(content, epoch.position.lsn.value);
  base::put_u64(content, epoch.records);
  base::put_u64(content, epoch.transactions);
  base::append(content, base::as_bytes(epoch.json));
  return content;
}

RecordStore::Epoch RecordStore::parse_epoch(base::ByteView content) {
  return {base::get_u64(content),
          {base::get_u64(content.subspan(8)),
           base::get_u32(content.subspan(16)),
           base::get_u32(content.subspan(20)),
           {base::get_u64(content.subspan(24))}},
          base::get_u64(content.subspan(32)),
          base::get_u64(content.subspan(40)),
          std::string(base::as_text(content.subspan(epoch_octets)))};
}

// Behind what the database knows to be sealed stands at most one whole epoch, which a crash kept from
// it, and what was written of the next one; more of them where the database is an older copy. Whole ones are
// finished, the rest is cut off.
base::Status RecordStore::recover() {
  for (bool is_finished = true; is_finished;) {
    ART32_ASSIGN(is_finished, recover_epoch());
  }
  return file_.is_open() ? file_.truncate(length_) : base::Status();
}

// False: there is no whole one.
base::Result<bool> RecordStore::recover_epoch() {
  if (!file_.is_open()) {
    // The very first epoch, or the first one of a file, may be there without the database's knowing.
    const base::Path next = segment_path(options_.folder, epoch_ + 1);
    if (!std::filesystem::exists(next)) return false;
    ART32_CHECKED(open_segment(epoch_ + 1, 0));
  }
  ART32_ASSIGN(const std::uint64_t end, file_.size());
  std::optional<Epoch> epoch;
  while (!epoch && length_ + frame_overhead <= end) {
    ART32_ASSIGN(const base::Bytes head, file_.read_at(length_, frame_head_octets));
    const std::size_t size = frame_octets(head);
    if (size > end - length_) break;
    ART32_ASSIGN(const base::Bytes octets, file_.read_at(length_, size));
    const std::optional<Frame> frame = parse_frame(octets);
    if (!frame) break;
    if (frame->type == FrameType::epoch && frame->content.size() >= epoch_octets)
      epoch = parse_epoch(frame->content);
    else if (!take_block(frame->content, length_, size))
      break;
    length_ += size;
  }
  if (epoch && epoch->number == epoch_ + 1 && epoch->records == appended_) {
    base::log_info("finishing what was sealed before the last stop",
                   {{"epoch", std::to_string(epoch->number)}});
    ART32_CHECKED(finish(*epoch));
    return true;
  }
  ART32_CHECKED(load());
  return false;
}

base::Status RecordStore::take_block(base::ByteView content, std::uint64_t offset, std::size_t octets) {
  ART32_ASSIGN(const BlockHeader header, block_header(content));
  const auto name = names_.find(header.team);
  if (name == names_.end()) return failure(ErrorCode::corrupt, "a block is of a team without a key");
  Team& team = teams_.find(name->second)->second;
  ART32_ASSIGN(const BlockRecords block, open_block(content, team.key.view()));
  if (header.epoch != epoch_ + 1 || header.first != states_.frontier_of(name->second).size().value)
    return failure(ErrorCode::corrupt, "a block doesn't follow the one before it");
  note_beginning(name->second, team);
  for (const base::ByteView record : block.records)
    states_.append(name->second, record);
  appended_ += block.records.size();
  if (!std::exchange(team.has_grown, true)) grown_.push_back(&team);
  new_blocks_.push_back({header, {segment_, offset}, octets});
  return {};
}

}  // namespace art32::trail
