// Looks into the trail of data changes, for rooms that let somebody look: the JSON API in identity/, the
// operators' pages in portal/. Each look is sealed in the ledger before anything is answered; where it
// can't be, nothing is.
//
// Implemented by app/, which knows the trails. Any thread, at the same time; may wait for a disk, for a few
// seconds at most.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/claim.h"

namespace art32::model {

// Who looks, as the ledger names them.
struct TrailLooker {
  std::string through;  // "account" or "claim": how they showed who they are
  std::string name;     // the account's, or the claim's actor as "user:7"
  std::string request;  // the claim's; else empty
};

// Whose changes, and which: all that is said must hold. As people write it.
struct TrailQuestion {
  std::string database;
  std::string team;                               // empty: what is of no team
  std::optional<std::string> table{}, row{};      // "schema.table", or a table of public; its row's id
  std::optional<std::string> actor{}, request{};  // "user:7"
  std::optional<std::string> from{}, before{};    // RFC 3339 in UTC, or a day
  std::optional<std::string> column{}, old_value{}, new_value{};
  bool is_oldest_first = false;
  std::optional<std::uint64_t> behind{};  // goes on there: TrailChanges::next
  std::uint64_t limit = 100;              // 1 to 1,000
};

// JSON, as docs/formats/record.md shows it, with personal values that aren't erased.
struct TrailChange {
  std::uint64_t number = 0;  // of the record, among its team's
  std::string record;
  std::string transaction;  // empty for a gap
};

struct TrailChanges {
  std::vector<TrailChange> changes;
  std::optional<std::uint64_t> next;  // there may be more
};

struct TrailDatabase {
  std::string name;
  bool is_separated = false;  // by team: claims count there
};

class TrailReading {
 public:
  virtual ~TrailReading() = default;

  // That have a trail.
  virtual std::vector<TrailDatabase> databases() const = 0;
  // A claim for the use `trail`, as Entrance::believe() does.
  virtual base::Result<Claim> believe(std::string_view token) const = 0;

  // `not_found` without such a database, `invalid_argument` for what is no question, `conflict` while
  // another look at the team's trail goes on, those of the ledger where the look can't be sealed.
  // `purpose` is a word of the record: "api-search".
  virtual base::Result<TrailChanges> search(const TrailLooker& looker, std::string_view purpose,
                                            const TrailQuestion& question) = 0;
};

}  // namespace art32::model
