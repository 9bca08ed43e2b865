// The records of the trail on disk: appended, and sealed in the ledger epoch by epoch, exactly
// once whatever happens in between. docs/formats/trail.md says every octet.
//
// What seal() has answered is on disk and in the ledger, and stays so after any crash; what was
// appended since is gone after one, and is read again from the database's log, which keeps it until it is
// confirmed. Records are encrypted under a key of their team. The folder is locked by its owner. Ledger
// and clock outlive it. One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/limits.h"
#include "base/secret.h"
#include "model/evidence.h"
#include "pgwire/lsn.h"
#include "store/database.h"
#include "trail/retention.h"
#include "trail/sealed_state.h"
#include "trail/team_states.h"

namespace art32::trail {

// Everything that was committed before it is sealed.
struct Position {
  std::uint64_t system = 0;    // the cluster's identifier
  std::uint32_t timeline = 0;  // of it
  std::uint32_t database = 0;  // OID
  pgwire::Lsn lsn;

  bool operator==(const Position&) const = default;
};

struct KnownSeal {
  std::uint64_t epoch = 0;  // 0: none
  crypto::Digest digest{};
  std::optional<model::LeafIndex> leaf;  // in the ledger
};

class RecordStore {
 public:
  struct Options {
    base::Path folder;  // "trail" below the data folder
    base::Path key;     // 32 octets that wrap the teams' keys, 0600
    std::uint64_t segment_octets = base::limits::trail_segment_octets;  // then another file begins
    std::string name{};  // of the trail: what its database is called here
  };
  // Makes the folder where there is none, and goes on where the last one ended. `corrupt` where a part
  // of what was sealed is missing or damaged: nothing is repaired.
  static base::Result<std::unique_ptr<RecordStore>> open(const Options& options, model::EvidenceSink& ledger,
                                                         const base::Clock& clock);
  ~RecordStore();

  std::optional<Position> position() const { return position_; }        // none: nothing was ever sealed
  std::uint64_t epoch() const { return epoch_; }                        // of the last seal; 0: none
  const crypto::Digest& epoch_digest() const { return epoch_digest_; }  // of that seal
  // The seal that the folder knew as its last one when it was opened, before what was left was finished.
  const KnownSeal& known_seal() const { return known_; }
  // The next epoch follows this one, which the ledger has and this folder lost. While is_sealed().
  base::Status go_on_behind(std::uint64_t epoch, const crypto::Digest& digest);

  // What the team's next record must say of itself.
  struct Next {
    std::uint64_t number = 0;
    std::string salt;
  };
  Next next(std::string_view team);
  // `values`: what lies beside it, and isn't hashed.
  base::Status append(std::string_view team, base::ByteView record, base::ByteView values = {});
  // All that was appended: on disk, in the ledger, and up to there. Whatever else is answered,
  // open the store anew: it then knows how far it came. `newest`: when the last of it was committed; records
  // are kept as long as promised from then on, should the clock be behind.
  base::Status seal(const Position& position, std::uint64_t transactions, base::Instant newest = {});
  // Nothing of ours was committed up to there: no epoch, only a later start. While is_sealed().
  base::Status move_to(const Position& position);
  // Nothing was appended since the last seal: for a stream that broke off within a transaction.
  base::Status discard();
  bool is_sealed() const { return appended_ == 0; }

  // Deletes the segments of which every record was sealed before then, and tells the ledger so first.
  // While is_sealed(). How many.
  base::Result<std::uint64_t> forget_before(base::Instant time);
  // The rows of what is deleted go some at a time: for whoever has a moment.
  base::Status forget_rows();
  // When the oldest records that are there were sealed; none: there are none.
  base::Result<std::optional<base::Instant>> oldest() const;

  // A team's sealed records from this number on, oldest first, until `visit` has enough.
  using Visit = std::function<bool(std::uint64_t number, const StoredRecord& stored)>;
  base::Status read(std::string_view team, std::uint64_t from, const Visit& visit);

  TeamState state_of(std::string_view team) const { return states_.of(team); }
  TeamProof prove(std::string_view team);  // under sealed_root(), while is_sealed()
  const merkle::Hash& sealed_root() const { return sealed_root_; }

 private:
  struct Team {
    TeamReference reference{};
    base::Secret key;
    bool is_stored = false;
    base::Bytes waiting;      // records that no block has yet
    std::uint64_t first = 0;  // the number of the first of them
    std::uint32_t count = 0;  // of them
    bool has_grown = false;   // since the last seal
    std::uint64_t begun = 0;  // the last segment that has records of it
  };
  struct NewBeginning {  // of a team's records in a segment
    TeamReference team{};
    std::uint64_t segment = 0;
    Beginning at;
  };
  struct Epoch {
    std::uint64_t number = 0;
    Position position;
    std::uint64_t records = 0, transactions = 0;
    std::string json;        // what the ledger has of it
    base::Instant newest{};  // commit, where that is known
  };

  struct SealedAt {
    model::LeafIndex leaf;
    std::uint64_t segment = 0;
    base::Instant time;
    base::Instant newest;  // of its records: when they were sealed, or committed
  };

  RecordStore(const Options& options, base::Secret key, store::Database database, base::File lock,
              model::EvidenceSink& ledger, const base::Clock& clock);

  Team& team_of(std::string_view name);
  base::Status open_segment(std::uint64_t first_epoch, std::uint64_t length);
  base::Status write_block(Team& team);
  base::Status write_waiting();
  std::string epoch_json(const Position& position, std::uint64_t transactions);
  base::Status finish(const Epoch& epoch);

  // record_store_state.cpp
  static std::vector<store::Migration> migrations();
  base::Status save_new();
  static base::Bytes epoch_content(const Epoch& epoch);
  static Epoch parse_epoch(base::ByteView content);
  base::Status load();
  base::Status load_teams();
  base::Status store_new_teams();
  base::Status save(const Epoch& epoch, const crypto::Digest& digest, const std::optional<SealedAt>& sealed);
  base::Status save_seal(const Epoch& epoch, const SealedAt& sealed);
  base::Status note_known_seal();
  base::Status recover();
  base::Result<bool> recover_epoch();
  base::Status take_block(base::ByteView content, std::uint64_t offset, std::size_t octets);

  // record_store_retention.cpp
  void note_beginning(std::string_view name, Team& team);
  base::Status delete_segments_before(std::uint64_t kept);
  base::Status finish_forgetting();

  const Options options_;
  const base::Secret key_;
  store::Database database_;
  const base::File lock_;
  model::EvidenceSink& ledger_;
  const base::Clock& clock_;

  std::uint64_t epoch_ = 0;
  std::optional<Position> position_;
  KnownSeal known_;
  bool has_old_rows_ = false;      // of what is deleted
  crypto::Digest epoch_digest_{};  // of the last epoch's JSON
  std::uint64_t segment_ = 0;      // named after its first epoch; 0 where the next one begins it
  base::Instant segment_begun_{};  // when its first epoch was sealed
  std::uint64_t sealed_length_ = 0, length_ = 0;
  base::File file_;

  std::map<std::string, Team, std::less<>> teams_;
  std::map<TeamReference, std::string> names_;
  TeamStates states_;
  merkle::Hash sealed_root_ = merkle::empty_root();
  // Since the last seal:
  std::vector<Team*> grown_;
  std::vector<BlockPlace> new_blocks_;
  std::vector<NewBeginning> new_beginnings_;
  std::size_t waiting_octets_ = 0;
  std::uint64_t appended_ = 0;  // records
};

}  // namespace art32::trail
