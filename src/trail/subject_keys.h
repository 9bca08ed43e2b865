// The keys of persons: what the trail keeps of somebody in personal columns is encrypted under a key
// of theirs, and destroying that one erases it everywhere. docs/formats/trail.md, "Subjects".
//
// A folder of its own, which its owner locks. An erasure is in the ledger before the key is destroyed,
// and opening destroys again what a crash or a backup has left of it. Any thread; ledger and clock outlive
// it.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/evidence.h"
#include "store/database.h"

namespace art32::trail {

// Whom values are about. An empty value: a row that names nobody.
struct Subject {
  std::string kind;   // "customer"
  std::string value;  // of the column that names them, as the database writes it

  bool operator==(const Subject&) const = default;
};

using SubjectReference = std::array<std::uint8_t, 16>;
using SubjectKeyId = std::array<std::uint8_t, 16>;

struct SubjectKey {
  SubjectKeyId id{};  // by chance: it says nothing of whose it is
  base::Secret key;
};

class SubjectKeys {
 public:
  struct Options {
    base::Path folder;  // "subjects" below that of the trail
    base::Path key;     // of the trail: it wraps these
  };
  struct Ledger {
    model::EvidenceSink& sink;
    model::EvidenceSearch& search;
  };
  // Waits for a checkpoint of the ledger. `corrupt` where keys are missing or damaged.
  static base::Result<std::unique_ptr<SubjectKeys>> open(const Options& options, Ledger ledger,
                                                         const base::Clock& clock);
  ~SubjectKeys();

  // The key for what comes now: the one there is, or a new one.
  base::Result<std::shared_ptr<const SubjectKey>> key_of(const Subject& subject);
  // Makes new keys durable: before anything that they encrypt is sealed.
  base::Status store_new();

  struct Found {
    enum class State { living, erased, unknown } state = State::unknown;
    std::shared_ptr<const SubjectKey> key;  // of a living one
  };
  base::Result<Found> find(const SubjectKeyId& id) const;

  struct Erasure {
    std::uint64_t generation = 0;  // which of the subject's keys it was, from 1
    base::Instant at;
    bool is_new = true;  // false: that was erased before, and there was nothing since
  };
  // `not_found` where nothing was ever kept of them. When it has failed it may stand in the ledger
  // without being done: it is done by the next try, or when this is opened the next time.
  base::Result<Erasure> erase(const Subject& subject, std::string_view by);

 private:
  struct Row {
    std::int64_t slot = 0;
    std::uint64_t generation = 0;
    SubjectKeyId id{};
    std::optional<base::Instant> erased;
  };
  struct New {
    SubjectReference subject{};
    std::uint64_t generation = 0;
    std::shared_ptr<const SubjectKey> key;
  };

  SubjectKeys(base::Secret trail_key, store::Database database, base::File lock, base::File slots,
              Ledger ledger, const base::Clock& clock);

  base::Status load();
  base::Status begin();
  base::Status erase_left();
  base::Status erase_again(base::ByteView record);
  SubjectReference reference_of(const Subject& subject) const;
  base::Result<std::optional<Row>> newest_of(const SubjectReference& subject) const;
  base::Result<std::optional<Row>> row_of(const SubjectKeyId& id) const;
  base::Result<std::optional<base::Secret>> read_slot(std::int64_t slot) const;
  base::Status store_all_new();
  base::Status index_all_new();
  base::Status destroy(const Row& row, const SubjectReference& subject, base::Instant at);

  const base::Secret trail_key_;
  const base::File lock_;
  Ledger ledger_;
  const base::Clock& clock_;

  mutable std::mutex mutex_;  // of what follows
  store::Database database_;
  base::File slots_;
  base::Secret reference_key_;
  std::int64_t next_slot_ = 0;
  bool is_behind_ = false;  // an erasure is in the ledger that isn't done
  std::map<SubjectReference, std::shared_ptr<const SubjectKey>> known_;
  std::vector<New> new_;
};

}  // namespace art32::trail
