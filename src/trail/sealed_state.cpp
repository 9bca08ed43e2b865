#include "trail/sealed_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "crypto/aead.h"
#include "crypto/key_wrap.h"
#include "crypto/mac.h"
#include "crypto/private_file.h"
#include "trail/frame.h"

namespace art32::trail {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::string_view reference_label = "art32-trail-reference/v1\n";
constexpr std::string_view name_label = "art32-trail-name/v1\n";
constexpr std::array<std::uint8_t, crypto::aead_nonce_octets> only_nonce{};  // a key seals one name

base::Bytes bytes_of(base::ByteView view) {
  return {view.begin(), view.end()};
}

std::uint64_t number_in(const store::Row& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

crypto::Digest name_key(base::ByteView team_key) {
  return crypto::hmac_sha256(team_key, base::as_bytes(name_label));
}

merkle::Hash hash_in(base::ByteView octets) {
  merkle::Hash hash{};
  std::copy_n(octets.begin(), std::min(octets.size(), hash.size()), hash.begin());
  return hash;
}

base::Result<merkle::Frontier> frontier_in(std::uint64_t size, base::ByteView octets) {
  constexpr std::size_t hash_octets = std::tuple_size_v<merkle::Hash>;
  std::vector<merkle::Hash> hashes;
  for (; octets.size() >= hash_octets; octets = octets.subspan(hash_octets))
    hashes.push_back(hash_in(octets));
  return merkle::Frontier::restore(merkle::TreeSize(size), std::move(hashes));
}

base::Result<StoredTeam> team_in(const store::Row& row, base::ByteView trail_key) {
  StoredTeam team;
  const base::Bytes reference = row.bytes(0);
  std::copy_n(reference.begin(), std::min(reference.size(), team.reference.size()), team.reference.begin());
  ART32_ASSIGN(team.key, crypto::unwrap_key(trail_key, row.bytes(1)));
  ART32_ASSIGN(const base::Bytes name,
               crypto::aead_open(name_key(team.key.view()), only_nonce, row.bytes(2), team.reference));
  team.name = base::as_text(name);
  team.records = number_in(row, 3);
  ART32_ASSIGN(team.frontier, frontier_in(team.records, row.bytes(4)));
  return team;
}

BlockPlace block_in(const store::Row& row, const TeamReference& team) {
  return {{number_in(row, 2), team, number_in(row, 0), static_cast<std::uint32_t>(row.integer(1))},
          {number_in(row, 3), number_in(row, 4)},
          static_cast<std::size_t>(row.integer(5))};
}

base::Result<std::vector<BlockPlace>> blocks(const store::Database& database, std::string_view sql,
                                             const TeamReference& team, std::uint64_t number,
                                             std::size_t limit) {
  const auto bounded = [](std::uint64_t value) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(value, most));
  };
  std::vector<BlockPlace> places;
  ART32_CHECKED(database.query(sql, {bytes_of(team), bounded(number), bounded(limit)},
                               [&](const store::Row& row) { places.push_back(block_in(row, team)); }));
  return places;
}

}  // namespace

base::Result<base::Secret> load_trail_key(const base::Path& path) {
  ART32_ASSIGN(base::Secret key, crypto::load_private_file(path));
  if (key.size() == trail_key_octets) return key;
  return failure(
      ErrorCode::configuration,
      fmt::format("{} has {} octets, a key of the trail has {}", path.string(), key.size(), trail_key_octets),
      "restore the file from where it is kept");
}

base::Path segments_folder(const base::Path& folder) {
  return folder / "segments";
}

base::Path segment_path(const base::Path& folder, std::uint64_t first_epoch) {
  return segments_folder(folder) / fmt::format("{:016}.seg", first_epoch);
}

TeamReference team_reference(base::ByteView trail_key, std::string_view team) {
  const crypto::Digest mac =
      crypto::hmac_sha256(trail_key, {base::as_bytes(reference_label), base::as_bytes(team)});
  TeamReference reference;
  std::copy_n(mac.begin(), reference.size(), reference.begin());
  return reference;
}

base::Bytes sealed_team_name(base::ByteView team_key, const TeamReference& reference, std::string_view name) {
  return crypto::aead_seal(name_key(team_key), only_nonce, base::as_bytes(name), reference);
}

base::Status visit_teams(const store::Database& database, base::ByteView trail_key, const VisitTeam& visit) {
  base::Status trouble;
  const auto visit_one = [&](const store::Row& row) -> base::Status {
    ART32_ASSIGN(StoredTeam team, team_in(row, trail_key));
    return visit(std::move(team));
  };
  ART32_CHECKED(database.query("SELECT reference, key, name, size, frontier FROM trail_teams", {},
                               [&](const store::Row& row) {
                                 if (trouble) trouble = visit_one(row);
                               }));
  if (!trouble) return tl::unexpected(trouble.error().within("the trail's teams"));
  return {};
}

base::Result<std::optional<StoredTeam>> find_team(const store::Database& database, base::ByteView trail_key,
                                                  const TeamReference& reference) {
  base::Result<std::optional<StoredTeam>> found;
  ART32_CHECKED(
      database.query("SELECT reference, key, name, size, frontier FROM trail_teams WHERE reference = ?",
                     {bytes_of(reference)}, [&](const store::Row& row) { found = team_in(row, trail_key); }));
  if (!found) return tl::unexpected(found.error().within("the trail's teams"));
  return found;
}

base::Result<SealedStates> sealed_states(const store::Database& database, base::ByteView trail_key) {
  SealedStates states;
  const auto read = [&]() -> base::Status {
    ART32_CHECKED(database.query("SELECT seal, leaf FROM trail_state WHERE seal IS NOT NULL", {},
                                 [&](const store::Row& row) {
                                   states.seal = row.text(0);
                                   states.leaf = model::LeafIndex(number_in(row, 1));
                                 }));
    return visit_teams(database, trail_key, [&](StoredTeam stored) -> base::Status {
      states.teams.push_back(std::move(stored));
      return {};
    });
  };
  ART32_CHECKED(database.snapshot(read));
  if (!states.seal.empty()) return states;
  return failure(ErrorCode::not_found, "nothing of the trail was sealed yet that could be proved",
                 "try again after the next change");
}

base::Result<SealedMoment> sealed_moment(const store::Database& database, base::ByteView trail_key,
                                         std::string_view team) {
  ART32_ASSIGN(SealedStates sealed, sealed_states(database, trail_key));
  TeamStates states;
  for (StoredTeam& stored : sealed.teams)
    states.restore(stored.name, std::move(stored.frontier));
  return SealedMoment{std::move(sealed.seal), sealed.leaf, {states.of(team), states.prove(team)}};
}

base::Result<std::vector<merkle::Hash>> kept_subtrees(const store::Database& database,
                                                      const TeamReference& team, std::uint64_t first,
                                                      std::uint64_t count) {
  std::vector<merkle::Hash> roots;
  ART32_CHECKED(database.query(
      "SELECT number, root FROM trail_subtrees WHERE team = ? AND number >= ? ORDER BY number LIMIT ?",
      {bytes_of(team), static_cast<std::int64_t>(first), static_cast<std::int64_t>(count)},
      [&](const store::Row& row) {
        if (number_in(row, 0) == first + roots.size()) roots.push_back(hash_in(row.bytes(1)));
      }));
  return roots;
}

base::Result<SealedEnd> sealed_end(const store::Database& database) {
  SealedEnd end;
  ART32_CHECKED(database.query(
      "SELECT epoch, segment, length, kept_from FROM trail_state", {}, [&](const store::Row& row) {
        end = {number_in(row, 0), {number_in(row, 1), number_in(row, 2)}, number_in(row, 3)};
      }));
  return end;
}

base::Result<Beginning> beginning_of(const store::Database& database, base::ByteView trail_key,
                                     const TeamReference& team) {
  Beginning beginning;
  bool is_cut = false, is_found = false;
  base::Status trouble;
  const auto read = [&](const store::Row& row) -> base::Status {
    beginning.first = number_in(row, 0);
    ART32_ASSIGN(beginning.frontier, frontier_in(beginning.first, row.bytes(1)));
    is_found = true;
    return {};
  };
  const auto read_all = [&]() -> base::Status {
    ART32_CHECKED(database.query("SELECT kept_from FROM trail_state", {},
                                 [&](const store::Row& row) { is_cut = row.integer(0) > 0; }));
    if (!is_cut) return {};
    ART32_CHECKED(database.query(
        "SELECT first, frontier FROM trail_beginnings WHERE team = ? AND segment >= (SELECT kept_from FROM "
        "trail_state) ORDER BY segment LIMIT 1",
        {bytes_of(team)}, [&](const store::Row& row) { trouble = read(row); }));
    ART32_CHECKED(trouble);
    if (is_found) return {};
    ART32_ASSIGN(std::optional<StoredTeam> stored, find_team(database, trail_key, team));
    if (stored) beginning = {stored->records, std::move(stored->frontier)};
    return {};
  };
  ART32_CHECKED(database.snapshot(read_all));
  return beginning;
}

base::Result<std::vector<BlockPlace>> blocks_from(const store::Database& database, const TeamReference& team,
                                                  std::uint64_t number, std::size_t limit) {
  return blocks(database,
                "SELECT first, count, epoch, segment, offset, octets FROM trail_blocks WHERE team = ?1 AND "
                "first >= coalesce((SELECT max(first) FROM trail_blocks WHERE team = ?1 AND first <= ?2), 0) "
                "AND segment >= (SELECT kept_from FROM trail_state) ORDER BY first LIMIT ?3",
                team, number, limit);
}

base::Result<std::vector<BlockPlace>> blocks_back_from(const store::Database& database,
                                                       const TeamReference& team, std::uint64_t number,
                                                       std::size_t limit) {
  return blocks(database,
                "SELECT first, count, epoch, segment, offset, octets FROM trail_blocks WHERE team = ?1 AND "
                "first <= ?2 AND segment >= (SELECT kept_from FROM trail_state) ORDER BY first DESC LIMIT ?3",
                team, number, limit);
}

base::Result<base::Bytes> read_frame(const base::File& segment, std::uint64_t offset, std::uint64_t end) {
  if (offset > end || end - offset < frame_overhead) return damaged_segment(segment.path(), offset);
  ART32_ASSIGN(const base::Bytes head, segment.read_at(offset, frame_head_octets));
  const std::size_t size = frame_octets(head);
  if (size > end - offset) return damaged_segment(segment.path(), offset);
  return segment.read_at(offset, size);
}

base::Result<BlockRecords> read_block(const base::Path& folder, const BlockPlace& place,
                                      base::ByteView team_key) {
  const base::Path path = segment_path(folder, place.place.segment);
  ART32_ASSIGN(const base::File file, base::File::open_read(path));
  ART32_ASSIGN(const base::Bytes octets, file.read_at(place.place.offset, place.octets));
  const std::optional<Frame> frame = parse_frame(octets);
  if (!frame || frame->type != FrameType::block) return damaged_segment(path, place.place.offset);
  ART32_ASSIGN(const BlockHeader header, block_header(frame->content));
  if (header != place.header) return damaged_segment(path, place.place.offset);
  return open_block(frame->content, team_key);
}

base::Result<std::optional<BlockRecords>> read_block_at(const base::Path& folder, const Place& place,
                                                        const TeamReference& team, base::ByteView team_key) {
  const base::Path path = segment_path(folder, place.segment);
  ART32_ASSIGN(const base::File file, base::File::open_read(path));
  ART32_ASSIGN(const std::uint64_t length, file.size());
  ART32_ASSIGN(const base::Bytes octets, read_frame(file, place.offset, length));
  const std::optional<Frame> frame = parse_frame(octets);
  if (!frame || frame->type != FrameType::block) return damaged_segment(path, place.offset);
  ART32_ASSIGN(const BlockHeader header, block_header(frame->content));
  if (header.team != team) return std::nullopt;
  ART32_ASSIGN(BlockRecords block, open_block(frame->content, team_key));
  return std::optional(std::move(block));
}

tl::unexpected<base::Error> damaged_segment(const base::Path& path, std::uint64_t offset) {
  return failure(ErrorCode::corrupt,
                 fmt::format("{} isn't what was written, from octet {} on", path.string(), offset),
                 "restore the folder from a backup");
}

}  // namespace art32::trail
