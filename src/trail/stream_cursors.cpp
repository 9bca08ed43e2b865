#include "trail/stream_cursors.h"

#include <algorithm>

namespace art32::trail {

base::Result<StreamCursors> StreamCursors::open(const base::Path& file) {
  ART32_CHECKED(base::make_folder(file.parent_path(), 0700));
  ART32_ASSIGN(store::Database database, store::Database::open(file));
  ART32_CHECKED(database.migrate({{"trail_stream", 1,
                                   "create table trail_stream_cursor (team blob primary key, "
                                   "next integer not null) strict, without rowid"}}));
  StreamCursors cursors(std::move(database));
  ART32_CHECKED(
      cursors.database_.query("select team, next from trail_stream_cursor", {}, [&](const store::Row& row) {
        TeamReference team{};
        const base::Bytes octets = row.bytes(0);
        if (octets.size() != team.size()) return;
        std::ranges::copy(octets, team.begin());
        cursors.known_[team] = static_cast<std::uint64_t>(row.integer(1));
      }));
  return cursors;
}

std::uint64_t StreamCursors::of(const TeamReference& team) const {
  const auto found = known_.find(team);
  return found == known_.end() ? 0 : found->second;
}

base::Status StreamCursors::move(const std::vector<Move>& moves) {
  const auto store = [&]() -> base::Status {
    for (const Move& move : moves)
      ART32_CHECKED(database_.run(
          "insert into trail_stream_cursor (team, next) values (?, ?) "
          "on conflict (team) do update set next = excluded.next",
          {base::Bytes(move.team.begin(), move.team.end()), static_cast<std::int64_t>(move.to)}));
    return {};
  };
  if (!moves.empty()) ART32_CHECKED(database_.transaction(store));
  for (const Move& move : moves)
    known_[move.team] = move.to;
  return {};
}

}  // namespace art32::trail
