// Sends what is sealed in a trail to a receiver elsewhere, at least once, each team's records in their
// order: docs/guide/trail.md, "Stream to a SIEM".
//
// Only reads the trail, as any other reader; so a receiver that is slow, or gone, keeps nobody waiting: what
// it has not yet stays where it lies. Memory holds one batch. run() is one thread; state() may be asked
// from any. What the options hold outlives it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>

#include "base/time.h"
#include "trail/ocsf.h"
#include "trail/search.h"
#include "trail/stream_cursors.h"
#include "trail/syslog.h"

namespace art32::trail {

// Where events go. One thread.
class EventSender {
 public:
  virtual ~EventSender() = default;
  // The receiver has them all when it returns well; otherwise maybe some. `exhausted`: these were too many at
  // once.
  virtual base::Status send(std::span<const StreamEvent> events, const std::stop_token& stop) = 0;
  // Whether the receiver itself says that it has them. Of one that doesn't, what was sent in the moments
  // before its connection ended is sent again.
  virtual bool is_acknowledged() const = 0;
  // While there is nothing to send: whether the connection is still there.
  virtual base::Status look() { return {}; }
};

struct StreamState {
  bool is_delivering = false;           // the last batch was taken, or there was none yet
  std::uint64_t sent = 0;               // events since the start; some may have been sent twice
  std::uint64_t waiting = 0;            // records that are sealed and not there yet
  std::optional<base::Instant> oldest;  // when the first of those was committed
  std::optional<base::Error> trouble;   // why the last try failed
};

class EventStream {
 public:
  struct Options {
    std::string name;  // for the log
    RecordReader::Options trail;
    base::Path cursors;  // a file
    OcsfSource source;
    std::optional<std::vector<std::string>> teams;  // none: all, those to come too
    // Once for each start, before anything is read: seals that somebody looks.
    std::function<base::Status()> seal_look;
    // A record with its personal values; none: they aren't sent.
    std::function<base::Result<std::string>(const SearchHit&)> fill_in;
    std::size_t most_events = 500;
    std::size_t most_octets = 512U << 10;  // of records in a batch, but for a single longer one
    std::chrono::milliseconds pause{500};  // until it looks for more
    std::chrono::milliseconds first_retry{1'000}, last_retry{60'000};
    std::chrono::milliseconds settle{30'000};  // of a receiver that says nothing: see above
  };
  EventStream(Options options, std::unique_ptr<EventSender> sender)
      : options_(std::move(options)), sender_(std::move(sender)) {}

  void run(const std::stop_token& stop);
  StreamState state() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Pending {  // a team that has more
    std::string name;
    TeamReference reference{};
    std::uint64_t next = 0, end = 0;
  };
  struct Batch {
    std::vector<StreamEvent> events;
    std::vector<StreamCursors::Move> moves, back;  // back: to where they were before it
    std::size_t octets = 0;
  };
  struct Unsettled {
    Clock::time_point sent;
    std::vector<StreamCursors::Move> back;
  };

  base::Status open();
  base::Result<bool> send_more(const std::stop_token& stop);
  base::Result<std::vector<Pending>> pending_teams();
  base::Status add_team(const Pending& team, Batch& batch, const std::stop_token& stop);
  base::Result<StreamEvent> event_of(const SearchHit& hit, const Pending& team) const;
  // False: it was too large for the receiver, and the next one is smaller.
  base::Result<bool> deliver(const Batch& batch, const std::stop_token& stop);
  base::Status take_back();
  void forget_settled();
  void tell(const std::function<void(StreamState&)>& change);

  const Options options_;
  const std::unique_ptr<EventSender> sender_;
  std::unique_ptr<RecordSearch> search_;
  std::optional<StreamCursors> cursors_;
  bool has_sealed_look_ = false;
  std::size_t most_events_ = options_.most_events;  // fewer where the receiver doesn't take so many
  std::deque<Unsettled> unsettled_;                 // the oldest first

  mutable std::mutex mutex_;
  StreamState state_;  // under it
};

}  // namespace art32::trail
