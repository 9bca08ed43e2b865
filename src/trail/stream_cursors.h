// How far a stream has brought each team's records to its receiver, durably: a database of its own, so that
// nothing of the trail waits for it. docs/formats/trail.md, "Folder".
//
// One thread. Errors as the store's.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/file.h"
#include "store/database.h"
#include "trail/sealed_state.h"

namespace art32::trail {

class StreamCursors {
 public:
  // Makes the file where there is none.
  static base::Result<StreamCursors> open(const base::Path& file);

  // The number of the first record that isn't there yet.
  std::uint64_t of(const TeamReference& team) const;
  struct Move {
    TeamReference team{};
    std::uint64_t to = 0;
  };
  // All of them, or none; durable when it returns.
  base::Status move(const std::vector<Move>& moves);

 private:
  explicit StreamCursors(store::Database database) : database_(std::move(database)) {}

  store::Database database_;
  std::map<TeamReference, std::uint64_t> known_;
};

}  // namespace art32::trail
