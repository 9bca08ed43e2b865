#include "trail/capture.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "trail/personal_values.h"
#include "trail/transaction_reader.h"

namespace art32::trail {
namespace {

namespace limits = base::limits;
using net::Deadline;
using std::chrono::steady_clock;

// SQLSTATEs, as net/postgres_client.h shows them.
constexpr std::string_view undefined_object = "(42704)", internal_error = "(XX000)",
                           limit_exceeded = "(54000)";
constexpr unsigned most_failures = 5;  // at one place of the log

// Why changes between the two were read by nobody; empty where none can have been.
std::string_view gap_between(const Position& sealed, const StreamOrigin& origin, pgwire::Lsn server_end) {
  if (sealed.system != origin.system) return "the database is in another cluster";
  if (sealed.database != origin.database) return "the database is another one";
  if (server_end < sealed.lsn) return "the server's log ends before what is sealed: it is an older copy";
  if (origin.begins_anew) return "the replication slot was not there any more, or couldn't be read on";
  if (origin.from > sealed.lsn) return "the replication slot was moved on by somebody else";
  return {};
}

}  // namespace

void Capture::run(const std::stop_token& stop) {
  std::chrono::milliseconds wait = limits::trail_first_retry;
  while (!stop.stop_requested()) {
    const base::Status ended = serve(stop);
    if (stop.stop_requested()) break;
    const bool had_worked = state().is_connected;  // then it is tried again soon
    set_trouble(ended ? std::nullopt : std::optional(ended.error()));
    wait = had_worked ? limits::trail_first_retry : std::min(2 * wait, limits::trail_last_retry);
    pause(wait, stop);
  }
  store_.reset();
  const std::lock_guard lock(mutex_);
  subjects_.reset();
  state_.is_connected = false;
}

void Capture::pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool was_accepted = accepted_.has_value();
  woken_.wait_for(lock, stop, time, [&] { return accepted_.has_value() && !was_accepted; });
}

base::Status Capture::accept_loss(std::string_view by) {
  const std::lock_guard lock(mutex_);
  if (!lost_)
    return base::failure(base::ErrorCode::not_found, "nothing of the trail is lost, as far as it knows",
                         "art32 trail status says how it stands");
  accepted_ = lost_->digest;
  accepted_by_ = by;
  woken_.notify_all();
  return {};
}

// They stay open when the store is opened anew: a new key that isn't stored yet is still the right one.
base::Status Capture::open_subjects() {
  if (options_.search == nullptr || subjects_) return {};
  ART32_ASSIGN(auto subjects, SubjectKeys::open({options_.store.folder / "subjects", options_.store.key},
                                                {ledger_, *options_.search}, clock_));
  const std::lock_guard lock(mutex_);
  subjects_ = std::move(subjects);
  return {};
}

base::Result<std::string> Capture::fill_in(std::string_view record, base::ByteView values) const {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<SubjectKeys> subjects = subjects_;
  lock.unlock();
  if (!subjects) return std::string(record);
  return with_personal_values(record, values, *subjects);
}

base::Result<std::string> Capture::disclose(std::uint64_t number, const StoredRecord& stored) const {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<SubjectKeys> subjects = subjects_;
  lock.unlock();
  if (!subjects) return std::string();
  return disclosed_values(number, base::as_text(stored.record), stored.values, *subjects);
}

base::Result<SubjectKeys::Erasure> Capture::erase(const Subject& subject, std::string_view by) const {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<SubjectKeys> subjects = subjects_;
  const std::optional<base::Error> trouble = state_.trouble;
  lock.unlock();
  if (subjects) return subjects->erase(subject, by);
  return base::failure(base::ErrorCode::unavailable,
                       "the trail isn't open" + (trouble ? ": " + trouble->message() : std::string()),
                       "art32 trail status says more");
}

CaptureState Capture::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Capture::set_trouble(std::optional<base::Error> trouble) {
  if (trouble)
    base::log_error("the trail can't be read on",
                    {{"database", options_.source.account.database}, {"error", trouble->message()}});
  update([&](CaptureState& state) {
    state.is_connected = false;
    state.trouble = std::move(trouble);
  });
}

base::Status Capture::serve(const std::stop_token& stop) {
  // Whatever went wrong before: the store opened anew knows what is sealed.
  store_.reset();
  ART32_ASSIGN(store_, RecordStore::open(options_.store, ledger_, clock_));
  ART32_ASSIGN(const std::optional<base::Instant> oldest, store_->oldest());
  update([&](CaptureState& state) {
    state.oldest = oldest;
    state.sealed = store_->position();
  });
  ART32_CHECKED(open_subjects());
  ChangeSource source = options_.source.clone();
  if (options_.find_server) {
    ART32_ASSIGN(source.server, options_.find_server());
  }
  ART32_ASSIGN(const auto stream,
               ChangeStream::open(source, slot_, clock_, Deadline(limits::trail_connect_wait, stop)));
  slot_ = ChangeStream::Slot::keep;
  RecordWriter::Rules rules = options_.rules;
  rules.subjects = subjects_.get();
  RecordWriter writer(*store_, std::move(rules), stream->origin());
  ART32_CHECKED(begin_at(*stream, writer, stop));
  update([](CaptureState& state) {
    state.is_connected = true;
    state.trouble.reset();
  });
  const base::Status ended = read(*stream, writer, stop);
  if (!ended && can_never_be_read(ended.error())) slot_ = ChangeStream::Slot::renew;
  return ended;
}

// The server reads old changes by the catalog of their time: what was changed while there was no
// publication can't be read by a slot of before, ever. Nor can a value that is too long for its own output,
// which is an internal error each time: better a gap than a trail that stands still.
bool Capture::can_never_be_read(const base::Error& error) {
  const auto has = [&](std::string_view sqlstate) { return error.what.find(sqlstate) != std::string::npos; };
  if (has(undefined_object)) return true;
  if (!has(internal_error) && !has(limit_exceeded)) {
    failures_ = 0;
    return false;
  }
  const std::optional<Position> sealed = store_->position();
  failures_ = sealed == failed_at_ ? failures_ + 1 : 1;
  failed_at_ = sealed;
  return failures_ >= most_failures;
}

base::Result<std::optional<SealedEpoch>> Capture::find_lost(const std::stop_token& stop) {
  if (options_.search == nullptr) return std::nullopt;
  if (!store_->position()) {
    // The server may have ended the connection by the time that a long ledger is read; the next try goes on.
    const base::Status followed = chain_.follow(*options_.search, stop);
    if (!followed && followed.error().code != base::ErrorCode::check_failed)
      return tl::unexpected<base::Error>(followed.error());
    return chain_.newest();
  }
  if (store_->known_seal().epoch == 0) return std::nullopt;
  return newest_after(store_->epoch_digest(), store_->known_seal(), *options_.search);
}

// Who has accepted that this one is lost; `corrupt`, what is to be done, while nobody has.
base::Result<std::string> Capture::taken_acceptance(const SealedEpoch& lost) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(accepted_, std::nullopt) == lost.digest) {
    lost_.reset();
    return accepted_by_;
  }
  lost_ = lost;
  const std::string folder = options_.store.folder.string();
  return base::failure(
      base::ErrorCode::corrupt,
      store_->epoch() == 0
          ? fmt::format("{} is empty, and the ledger has sealed {} epochs of a trail of this name", folder,
                        lost.number)
          : fmt::format(
                "{} is older than what the ledger sealed of it: it ends with epoch {}, the ledger has {}",
                folder, store_->epoch(), lost.number),
      "put the newest copy back while art32 doesn't run; if there is none, art32 trail accept-loss goes on "
      "with a gap");
}

base::Status Capture::begin_at(const ChangeStream& stream, RecordWriter& writer,
                               const std::stop_token& stop) {
  const StreamOrigin& origin = stream.origin();
  ART32_ASSIGN(const std::optional<SealedEpoch> lost, find_lost(stop));
  std::string reason;
  std::optional<Position> sealed = store_->position();
  if (lost) {
    ART32_ASSIGN(const std::string by, taken_acceptance(*lost));
    reason = (sealed ? "an older copy of the trail was put back, and what it had sealed since is lost"
                     : "the folder of the trail was lost") +
             std::string(", as ") + by + " accepted";
    if (!sealed) sealed = lost->position;
    ART32_CHECKED(store_->go_on_behind(lost->number, lost->digest));
  }
  if (!sealed) return {};
  if (!lost) reason = gap_between(*sealed, origin, stream.server_end());
  if (reason.empty()) return {};
  base::log_error("changes are missing in the trail", {{"database", options_.source.account.database},
                                                       {"from", pgwire::format_lsn(sealed->lsn)},
                                                       {"to", pgwire::format_lsn(origin.from)},
                                                       {"reason", reason}});
  ART32_CHECKED(writer.record_gap({sealed->system, origin.system, sealed->timeline, origin.timeline,
                                   sealed->lsn, origin.from, clock_.now(), reason}));
  ART32_CHECKED(writer.seal());
  update([&](CaptureState& state) {
    ++state.gaps;
    state.sealed = store_->position();
  });
  return {};
}

base::Status Capture::read(ChangeStream& stream, RecordWriter& writer, const std::stop_token& stop) {
  TransactionReader reader(writer, stream.origin().transaction);
  auto due = steady_clock::now() + options_.seal_every;
  while (!stop.stop_requested()) {
    ART32_ASSIGN(const auto data, stream.next(Deadline(options_.seal_every, stop)));
    if (data) {
      const auto message = pgwire::parse_logical_message(*data);
      if (!message)
        return base::failure(base::ErrorCode::corrupt, "the server sent what isn't a message of pgoutput",
                             "is it PostgreSQL 15 or newer?");
      ART32_CHECKED(reader.put(*message));
    }
    if (reader.is_within_transaction()) continue;
    if (data && steady_clock::now() < due) continue;
    ART32_CHECKED(seal(stream, writer));
    ART32_CHECKED(forget(stream));
    due = steady_clock::now() + options_.seal_every;
  }
  return reader.is_within_transaction() ? store_->discard() : seal(stream, writer);
}

base::Status Capture::seal(ChangeStream& stream, RecordWriter& writer) {
  const std::uint64_t transactions = writer.transactions();
  if (store_->is_sealed()) return follow(stream);
  ART32_CHECKED(writer.seal());
  const std::uint64_t unattributed = writer.take_unattributed();
  ART32_ASSIGN(const std::optional<base::Instant> oldest, store_->oldest());
  update([&](CaptureState& state) {
    state.oldest = oldest;
    state.sealed = store_->position();
    state.server_end = stream.server_end();
    state.heard = stream.heard();
    state.complete = writer.last_commit();
    state.transactions += transactions;
    state.unattributed += unattributed;
  });
  return stream.confirm(store_->position()->lsn, Deadline(limits::trail_confirm_wait));
}

// Both clocks have to say that it is time: one that runs ahead must not cost what nobody can bring back.
base::Status Capture::forget(const ChangeStream& stream) {
  if (!store_->is_sealed()) return {};
  ART32_CHECKED(store_->forget_rows());
  if (steady_clock::now() < forget_due_ || !stream.server_time()) return {};
  forget_due_ = steady_clock::now() + limits::trail_forget_period;
  if (options_.retention)
    ART32_CHECKED(store_->forget_before(std::min(clock_.now(), *stream.server_time()) - *options_.retention));
  ART32_ASSIGN(const std::optional<base::Instant> oldest, store_->oldest());
  update([&](CaptureState& state) { state.oldest = oldest; });
  return {};
}

// Nothing that concerns us was committed up to there: the server needn't keep its log for us.
base::Status Capture::follow(ChangeStream& stream) {
  const StreamOrigin& origin = stream.origin();
  pgwire::Lsn end = std::max(stream.sent_end(), origin.from);
  if (const auto sealed = store_->position(); sealed && sealed->timeline == origin.timeline)
    end = std::max(end, sealed->lsn);
  update([&](CaptureState& state) {
    state.server_end = stream.server_end();
    state.heard = stream.heard();
    state.complete = stream.heard();
  });
  const bool is_asked = stream.take_question();
  if (!is_asked && store_->position() &&
      end.value < store_->position()->lsn.value + limits::trail_idle_octets &&
      store_->position()->timeline == origin.timeline)
    return {};
  if (store_->position() && store_->position()->lsn == end && store_->position()->timeline == origin.timeline)
    return stream.confirm(end, Deadline(limits::trail_confirm_wait));
  const Position position{origin.system, origin.timeline, origin.database, end};
  ART32_CHECKED(store_->move_to(position));
  update([&](CaptureState& state) { state.sealed = position; });
  return stream.confirm(end, Deadline(limits::trail_confirm_wait));
}

}  // namespace art32::trail
