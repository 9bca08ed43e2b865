// What state.db says of the sealed part of a trail: its teams and their keys, where each block
// stands, and how far everything is sealed. docs/formats/trail.md, "Folder" and "Teams".
//
// For who writes the trail, and for whoever reads it meanwhile over a connection of their own.
// Each function is one query: what the writer commits between two of them, the second one sees.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/secret.h"
#include "model/evidence.h"
#include "store/database.h"
#include "trail/block.h"
#include "trail/retention.h"
#include "trail/team_states.h"

namespace art32::trail {

inline constexpr std::size_t trail_key_octets = 32;

// `configuration` for a file of another length.
base::Result<base::Secret> load_trail_key(const base::Path& path);

base::Path segments_folder(const base::Path& folder);
base::Path segment_path(const base::Path& folder, std::uint64_t first_epoch);

TeamReference team_reference(base::ByteView trail_key, std::string_view team);
base::Bytes sealed_team_name(base::ByteView team_key, const TeamReference& reference, std::string_view name);

struct StoredTeam {
  std::string name;
  TeamReference reference{};
  base::Secret key;
  std::uint64_t records = 0;  // sealed
  merkle::Frontier frontier;  // of their tree
};
using VisitTeam = std::function<base::Status(StoredTeam)>;
base::Status visit_teams(const store::Database& database, base::ByteView trail_key, const VisitTeam& visit);
base::Result<std::optional<StoredTeam>> find_team(const store::Database& database, base::ByteView trail_key,
                                                  const TeamReference& reference);

// The newest sealed moment: every team as it was then.
struct SealedStates {
  std::string seal;       // what the ledger has of it: docs/formats/trail.md, "Epoch"
  model::LeafIndex leaf;  // in the ledger
  std::vector<StoredTeam> teams;
};
// `not_found` before the first one that an art32 with proofs has sealed.
base::Result<SealedStates> sealed_states(const store::Database& database, base::ByteView trail_key);

// What it says of one team.
struct SealedMoment {
  std::string seal;
  model::LeafIndex leaf;
  TeamProof team;  // under the root that the seal names
};
base::Result<SealedMoment> sealed_moment(const store::Database& database, base::ByteView trail_key,
                                         std::string_view team);
// Roots of subtrees of kept_subtree_level, from `first` on, as many as are asked for; fewer where one isn't
// kept.
base::Result<std::vector<merkle::Hash>> kept_subtrees(const store::Database& database,
                                                      const TeamReference& team, std::uint64_t first,
                                                      std::uint64_t count);

// A place among all frames of the trail.
struct Place {
  std::uint64_t segment = 0;  // its first epoch
  std::uint64_t offset = 0;   // in its file

  auto operator<=>(const Place&) const = default;
};

// Everything before it is sealed, and nothing behind it.
struct SealedEnd {
  std::uint64_t epoch = 0;  // the last one
  Place place;              // segment 0: all files that begin up to the epoch are sealed to their ends
  std::uint64_t kept = 0;   // files before this one are deleted
};
base::Result<SealedEnd> sealed_end(const store::Database& database);

// Where a team's records begin by now: at 0 unless older ones were deleted.
base::Result<Beginning> beginning_of(const store::Database& database, base::ByteView trail_key,
                                     const TeamReference& team);

struct BlockPlace {
  BlockHeader header;
  Place place;
  std::size_t octets = 0;  // of its frame
};
inline constexpr std::size_t all_blocks = SIZE_MAX;
// A team's blocks in order, from the one on that has the record of that number; and backwards.
base::Result<std::vector<BlockPlace>> blocks_from(const store::Database& database, const TeamReference& team,
                                                  std::uint64_t number, std::size_t limit = all_blocks);
base::Result<std::vector<BlockPlace>> blocks_back_from(const store::Database& database,
                                                       const TeamReference& team, std::uint64_t number,
                                                       std::size_t limit);

// The octets of the frame that begins there, as far as it says itself; `corrupt` where it doesn't end
// before `end`.
base::Result<base::Bytes> read_frame(const base::File& segment, std::uint64_t offset, std::uint64_t end);

// `corrupt`, with file and octet, for what isn't the block that was written there.
base::Result<BlockRecords> read_block(const base::Path& folder, const BlockPlace& place,
                                      base::ByteView team_key);
// The same, where only the place is known; nothing where the block is of another team.
base::Result<std::optional<BlockRecords>> read_block_at(const base::Path& folder, const Place& place,
                                                        const TeamReference& team, base::ByteView team_key);
tl::unexpected<base::Error> damaged_segment(const base::Path& path, std::uint64_t offset);

}  // namespace art32::trail
