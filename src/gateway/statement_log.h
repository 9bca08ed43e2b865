// Seals what staff say to the database, before the database hears it.
//
// Many sessions on many loops, one thread that waits for the disk: what came while it
// waited is sealed together, so that the cost of a batch is shared. Owned with the
// settings; whoever waits for an answer may be gone by then. Bounded:
// limits::gateway_log_records wait at most, the next ones are refused (`exhausted`).
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "model/evidence.h"

namespace art32::gateway {

class StatementLog {
 public:
  // Whether this process's log tells when the sink takes nothing.
  enum class Trouble { told, expected };
  // The sink outlives it.
  explicit StatementLog(model::EvidenceSink& sink, Trouble trouble = Trouble::told);
  ~StatementLog();  // close()
  StatementLog(const StatementLog&) = delete;
  StatementLog& operator=(const StatementLog&) = delete;

  // Seals what waits; what comes later is refused (`unavailable`), and the sink may go.
  void close();

  // Called once, on the log's thread: the record's leaf, or why it couldn't be sealed.
  using Sealed = std::function<void(base::Result<model::LeafIndex>)>;
  // Any thread; never waits for the disk. What has no `sealed`, an outcome, is dropped
  // where too many wait: counted, and told in the log.
  void append(model::RecordKind kind, std::string record, Sealed sealed);

  std::uint64_t dropped() const;  // any thread; because too many waited

 private:
  struct Waiting {
    model::RecordKind kind;
    base::Bytes record;
    Sealed sealed;
  };
  void work();
  void tell_dropped();
  void seal(std::span<Waiting> of_one_kind);

  model::EvidenceSink& sink_;
  Trouble trouble_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_;
  std::vector<Waiting> waiting_;
  bool is_ending_ = false;
  std::uint64_t dropped_ = 0;
  std::uint64_t told_ = 0;  // the thread's own
  std::thread thread_;
};

}  // namespace art32::gateway
