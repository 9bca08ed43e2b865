// Reads the sealed records of a trail, while whoever keeps it goes on writing.
//
// Has a connection of its own to state.db and takes no lock: what is sealed never changes, so each
// call sees everything that was sealed when it began. Needs the trail's key. Errors as the
// store's: `corrupt`, with file and octet, where what was sealed is damaged. One thread; each
// thread opens its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trail/sealed_state.h"

namespace art32::trail {

enum class Direction { forwards, backwards };

class RecordReader {
 public:
  struct Options {
    base::Path folder;  // "trail" below the data folder
    base::Path key;     // of the trail
  };
  // `not_found` where no trail was ever kept.
  static base::Result<std::unique_ptr<RecordReader>> open(const Options& options);

  struct TeamSize {
    std::string team;  // empty: what is of no team
    std::uint64_t records = 0;
  };
  // By their names.
  base::Result<std::vector<TeamSize>> teams() const;
  // 0 for a team that was never heard of.
  base::Result<std::uint64_t> records_of(std::string_view team) const;

  // Where they begin by now, since older ones are deleted after a while.
  base::Result<Beginning> beginning(std::string_view team) const {
    return beginning_of(database_, key_.view(), team_reference(key_.view(), team));
  }

  // A team's records from this number on, or from it back to the first one, until `visit` has
  // enough. The record is valid until `visit` returns.
  using Visit = std::function<bool(std::uint64_t number, const StoredRecord& stored)>;
  base::Status read(std::string_view team, std::uint64_t from, Direction direction, const Visit& visit);
  // `not_found` unless it is sealed.
  base::Result<std::string> record(std::string_view team, std::uint64_t number);

  // The newest sealed moment; errors as sealed_moment() has them.
  base::Result<SealedMoment> moment(std::string_view team) const {
    return sealed_moment(database_, key_.view(), team);
  }
  base::Result<SealedStates> states() const { return sealed_states(database_, key_.view()); }
  // Of their tree; as kept_subtrees() gives them.
  base::Result<std::vector<merkle::Hash>> subtrees(std::string_view team, std::uint64_t first,
                                                   std::uint64_t count) const {
    return kept_subtrees(database_, team_reference(key_.view(), team), first, count);
  }

  // For the index and the search, which know places.

  struct Team {
    std::string name;
    TeamReference reference{};
    base::Secret key;
  };
  // They live as long as the reader; nothing for a team that has no block yet.
  base::Result<const Team*> find(std::string_view team);
  base::Result<const Team*> find(const TeamReference& reference);

  // Of those records, blocks in order, or backwards.
  base::Result<std::vector<BlockPlace>> blocks(const Team& team, std::uint64_t from, Direction direction,
                                               std::size_t limit) const;
  // The number of the team's first record at or behind the place; that of the next one where there is none.
  base::Result<std::uint64_t> number_at(const Team& team, const Place& place) const;
  // The last few are kept open.
  using Block = std::shared_ptr<const BlockRecords>;
  base::Result<Block> block(const Team& team, const BlockPlace& place);
  // Null where the block is another team's.
  base::Result<Block> block_at(const Team& team, const Place& place);
  // Somebody will ask for the block there: by then it may have come from the disk.
  void expect(const Place& place, std::size_t octets) const;

  // A file of frames, as far as it is sealed.
  struct Segment {
    std::uint64_t number = 0;  // its first epoch
    std::uint64_t length = 0;
    bool is_complete = false;  // another one follows
  };
  // In order.
  base::Result<std::vector<Segment>> segments() const;

  const base::Path& folder() const { return options_.folder; }
  base::ByteView key() const { return key_.view(); }

 private:
  RecordReader(const Options& options, base::Secret key, store::Database database)
      : options_(options), key_(std::move(key)), database_(std::move(database)) {}

  const Options options_;
  const base::Secret key_;
  const store::Database database_;
  std::map<TeamReference, Team> teams_;
  struct Opened {
    Place place;
    Block block;
  };
  Block known(const Place& place, const Team& team);
  Block keep(const Place& place, BlockRecords block);
  std::vector<Opened> opened_;  // the newest at the end
};

}  // namespace art32::trail
