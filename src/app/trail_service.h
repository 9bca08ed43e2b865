// The trails that this server keeps, one for each database whose configuration has one: reads their
// changes, and looks every few minutes whether the databases still give all that it needs.
//
// Two threads for each database, of which one makes the index, one for each stream, and one for the looks,
// from keep() to stop().
// Public functions may be called from any thread. Ledger and clock outlive it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/configuration.h"
#include "app/trail_streams.h"
#include "gateway/report.h"
#include "gateway/settings.h"
#include "model/evidence.h"
#include "tenancy/key_ring.h"
#include "trail/capture.h"
#include "trail/indexer.h"
#include "trail/search.h"
#include "trail/source_check.h"

namespace art32::app {

// A database whose changes are recorded, how its log is reached, and where the records lie.
struct TrailSubject {
  gateway::Database database;
  net::PostgresServer server;  // without host and address
  net::PostgresAccount account;
  TrailConfiguration configuration;
  std::string team_column;
  std::shared_ptr<const tenancy::KeyRing> keys;  // of who made changes; null: nobody vouches for that
  trail::RecordStore::Options store;
  std::chrono::milliseconds retention{};  // records go then
  std::vector<TrailStreamSubject> streams;
};

using TrailSubjects = std::vector<std::shared_ptr<const TrailSubject>>;

// Of a configuration with a gateway; `retention`: how long records are kept. `configuration` with the mend
// where a password isn't there.
base::Result<TrailSubjects> trail_subjects(const Folder& folder, const GatewayConfiguration& configuration,
                                           const gateway::Settings& settings,
                                           std::chrono::milliseconds retention);

// As the reader's role. Errors as of the connection, and of trail::check_source().
base::Result<std::vector<trail::SourceFinding>> look_at_source(const TrailSubject& subject,
                                                               const std::stop_token& stop);

// Makes the folder of all trails, and the key to them where there are no records yet.
base::Status make_trail_folder(const Folder& folder);

// Where the records of a database lie, and the key to them.
trail::RecordStore::Options trail_store(const Folder& folder, const std::string& database);

struct TrailStanding {
  std::string database, slot, publication;
  std::chrono::milliseconds retention{};
  trail::IndexProgress index;
  trail::CaptureState capture;
  std::optional<std::chrono::milliseconds> lag;  // none: it never read so far
  std::vector<trail::SourceFinding> findings;    // of the last look
  std::optional<base::Instant> looked;           // when that was
  std::optional<base::Error> error;              // why it saw nothing
  std::vector<gateway::TrailStreamReport> streams;
};

struct TrailErasure {
  trail::SubjectKeys::Erasure erasure;
  std::optional<base::Instant> read_to;  // what was committed since may have come, or come, under a new key
};

class TrailService {
 public:
  TrailService(model::EvidenceSink& ledger, model::EvidenceSearch& search, const base::Clock& clock)
      : ledger_(ledger), search_(search), clock_(clock) {}
  ~TrailService();

  // These from now on; all begin anew, where their records end.
  void keep(const TrailSubjects& subjects);
  void stop();
  std::vector<TrailStanding> standings() const;
  std::vector<gateway::TrailReport> reports() const;
  // As the reader's role, a row of art32_trail.canary, taken out in the same transaction with those that
  // others left. `not_found` for a database without a trail; else the connection's errors.
  base::Status write_canary(const std::string& database, const std::string& note);
  // Looks at every database now.
  std::vector<TrailStanding> look_now();
  // A record for reading, with the personal values that aren't erased; as it is where no trail is kept.
  base::Result<std::string> fill_in(const std::string& database, const trail::SearchHit& hit);
  // Its personal values, as trail::disclosed_values(); nothing where no trail is kept.
  base::Result<std::string> disclose(const std::string& database, std::uint64_t number,
                                     const trail::StoredRecord& stored);
  // Whether the seals that the ledger has of the database's trail follow each other: as
  // trail::SealChain::follow(), for limits::trail_chain_wait at most. `not_found` without a trail.
  base::Status check_chain(const std::string& database);
  // As trail::Capture::accept_loss(). `not_found` for a database without a trail.
  base::Status accept_loss(const std::string& database, std::string_view by);
  // As trail::SubjectKeys::erase(), in the trail of this database.
  base::Result<TrailErasure> erase(const std::string& database, const trail::Subject& subject,
                                   std::string_view by);

 private:
  struct Kept;
  std::shared_ptr<Kept> find(const std::string& database) const;  // null where none is kept
  void look_at(Kept& kept, const std::stop_token& stop);
  void watch(const std::stop_token& stop);
  TrailStanding standing_of(const Kept& kept) const;
  void end();

  model::EvidenceSink& ledger_;
  model::EvidenceSearch& search_;
  const base::Clock& clock_;
  std::mutex keeping_;        // keep() and stop(), one at a time
  mutable std::mutex mutex_;  // of what follows
  std::vector<std::shared_ptr<Kept>> kept_;
  std::jthread watch_;
};

}  // namespace art32::app
