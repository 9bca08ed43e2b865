// Keeps the trail of one database: reads its committed changes, makes records of them, seals them
// in epochs, and lets the database forget its log up to there. Goes on after whatever ends a
// connection; what nobody can read any more becomes a record of the gap.
//
// run() is a thread's whole work; state() may be asked from any thread. Ledger, clock and the functions
// of the rules outlive it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/limits.h"
#include "trail/change_stream.h"
#include "trail/record_writer.h"
#include "trail/seal_chain.h"

namespace art32::trail {

struct CaptureState {
  bool is_connected = false;
  std::optional<base::Error> trouble;  // why it isn't, or why nothing can be kept
  std::optional<Position> sealed;
  std::optional<base::Instant> complete;  // what was committed before is sealed, by the server's clock
  pgwire::Lsn server_end;                 // of the server's log, as last heard
  std::optional<base::Instant> heard;     // when that was
  std::uint64_t transactions = 0;         // since the start: of those that changed something
  std::uint64_t unattributed = 0;         // of those, without an author
  std::uint64_t gaps = 0;                 // since the start
  std::optional<base::Instant> oldest;    // when the oldest records that are there were sealed
};

class Capture {
 public:
  struct Options {
    ChangeSource source;
    // How to reach its server now, asked before each connection; empty: as `source` says.
    std::function<base::Result<net::PostgresServer>()> find_server;
    RecordStore::Options store;
    RecordWriter::Rules rules;  // without `subjects`
    std::chrono::milliseconds seal_every = base::limits::trail_seal_period;
    std::optional<std::chrono::milliseconds> retention{};  // records go then; none: never
    model::EvidenceSearch* search = nullptr;               // the ledger's; null: nothing is asked of it
  };
  Capture(Options options, model::EvidenceSink& ledger, const base::Clock& clock)
      : options_(std::move(options)), ledger_(ledger), clock_(clock), chain_(options_.store.name) {}

  void run(const std::stop_token& stop);
  CaptureState state() const;
  // As with_personal_values(); as it is while the keys aren't open.
  base::Result<std::string> fill_in(std::string_view record, base::ByteView values) const;
  // As disclosed_values(); nothing while the keys aren't open.
  base::Result<std::string> disclose(std::uint64_t number, const StoredRecord& stored) const;
  // Epochs that the ledger has sealed and the folder doesn't know, since an older copy of it was put back,
  // are lost for good: tries again at once, and this is a gap then. `not_found` unless it has stopped for
  // that.
  base::Status accept_loss(std::string_view by);
  // As SubjectKeys::erase(). `unavailable` while the keys aren't open.
  base::Result<SubjectKeys::Erasure> erase(const Subject& subject, std::string_view by) const;

 private:
  base::Status serve(const std::stop_token& stop);
  base::Status open_subjects();
  base::Status begin_at(const ChangeStream& stream, RecordWriter& writer, const std::stop_token& stop);
  base::Status read(ChangeStream& stream, RecordWriter& writer, const std::stop_token& stop);
  base::Status seal(ChangeStream& stream, RecordWriter& writer);
  base::Status follow(ChangeStream& stream);
  base::Status forget(const ChangeStream& stream);
  base::Result<std::string> taken_acceptance(const SealedEpoch& lost);
  base::Result<std::optional<SealedEpoch>> find_lost(const std::stop_token& stop);
  void set_trouble(std::optional<base::Error> trouble);
  template <class Change>
  void update(const Change& change) {
    const std::lock_guard lock(mutex_);
    change(state_);
  }

  const Options options_;
  model::EvidenceSink& ledger_;
  const base::Clock& clock_;
  std::unique_ptr<RecordStore> store_;
  SealChain chain_;  // while there is no position
  bool can_never_be_read(const base::Error& error);

  unsigned failures_ = 0;  // one after the other, behind this place
  std::optional<Position> failed_at_;
  void pause(std::chrono::milliseconds time, const std::stop_token& stop);
  std::chrono::steady_clock::time_point forget_due_{};
  ChangeStream::Slot slot_ = ChangeStream::Slot::keep;  // when it is opened next
  mutable std::mutex mutex_;
  CaptureState state_;
  std::shared_ptr<SubjectKeys> subjects_;
  std::optional<SealedEpoch> lost_;         // why it has stopped
  std::optional<crypto::Digest> accepted_;  // of that one
  std::string accepted_by_;
  std::condition_variable_any woken_;
};

}  // namespace art32::trail
