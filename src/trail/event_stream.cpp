#include "trail/event_stream.h"

#include <algorithm>
#include <condition_variable>

#include "base/log.h"

namespace art32::trail {

using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

void wait(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

void EventStream::tell(const std::function<void(StreamState&)>& change) {
  const std::lock_guard lock(mutex_);
  change(state_);
}

StreamState EventStream::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void EventStream::run(const std::stop_token& stop) {
  std::chrono::milliseconds retry = options_.first_retry;
  std::optional<base::Error> told;
  while (!stop.stop_requested()) {
    Result<bool> more = open().and_then([&] { return send_more(stop); });
    if (stop.stop_requested()) return;
    if (more) {
      tell([](StreamState& state) {
        state.is_delivering = true;
        state.trouble.reset();
      });
      retry = options_.first_retry;
      told.reset();
      if (!*more) wait(options_.pause, stop);
      continue;
    }
    // Before anything was sealed there is nothing to send.
    if (more.error().code == ErrorCode::not_found) {
      wait(options_.pause, stop);
      continue;
    }
    if (!told || *told != more.error())
      base::log_warning("a stream of the trail doesn't get on", {{"database", options_.source.database},
                                                                 {"stream", options_.name},
                                                                 {"error", more.error().message()}});
    told = more.error();
    tell([&](StreamState& state) {
      state.is_delivering = false;
      state.trouble = more.error();
    });
    search_.reset();
    wait(retry, stop);
    retry = std::min(2 * retry, options_.last_retry);
  }
}

Status EventStream::open() {
  if (!search_) {
    ART32_ASSIGN(search_, RecordSearch::open(options_.trail));
  }
  if (!cursors_) {
    ART32_ASSIGN(StreamCursors cursors, StreamCursors::open(options_.cursors));
    cursors_ = std::move(cursors);
  }
  if (!has_sealed_look_) {
    ART32_CHECKED(options_.seal_look());
    has_sealed_look_ = true;
  }
  return {};
}

// One batch, of as many teams as it takes; whether there may be more.
Result<bool> EventStream::send_more(const std::stop_token& stop) {
  ART32_ASSIGN(const std::vector<Pending> pending, pending_teams());
  forget_settled();
  if (pending.empty()) {
    if (const Status alive = sender_->look(); !alive) {
      ART32_CHECKED(take_back());
      return tl::unexpected<base::Error>(alive.error());
    }
    return false;
  }
  Batch batch;
  for (const Pending& team : pending) {
    if (batch.events.size() >= most_events_ || batch.octets >= options_.most_octets) break;
    ART32_CHECKED(add_team(team, batch, stop));
  }
  if (!batch.events.empty()) {
    const auto oldest = std::ranges::min_element(batch.events, {}, &StreamEvent::time);
    tell([&](StreamState& state) { state.oldest = base::parse_rfc3339(oldest->time); });
    ART32_ASSIGN(const bool is_taken, deliver(batch, stop));
    if (!is_taken) return true;
  }
  ART32_CHECKED(cursors_->move(batch.moves));
  return true;
}

Result<std::vector<EventStream::Pending>> EventStream::pending_teams() {
  ART32_ASSIGN(const auto teams, search_->reader().teams());
  std::vector<Pending> pending;
  std::vector<StreamCursors::Move> lost;
  std::uint64_t waiting = 0;
  for (const RecordReader::TeamSize& team : teams) {
    if (options_.teams && std::ranges::find(*options_.teams, team.team) == options_.teams->end()) continue;
    const TeamReference reference = team_reference(search_->reader().key(), team.team);
    const std::uint64_t next = cursors_->of(reference);
    // The trail is older than what was sent: another one than was restored.
    if (next > team.records) lost.push_back({reference, team.records});
    if (next >= team.records) continue;
    waiting += team.records - next;
    pending.push_back({team.team, reference, next, team.records});
  }
  if (!lost.empty()) {
    base::log_warning("a trail is shorter than what was streamed of it, as after a restore",
                      {{"database", options_.source.database}, {"stream", options_.name}});
    ART32_CHECKED(cursors_->move(lost));
  }
  tell([&](StreamState& state) {
    state.waiting = waiting;
    if (waiting == 0) state.oldest.reset();
  });
  return pending;
}

Status EventStream::add_team(const Pending& team, Batch& batch, const std::stop_token& stop) {
  SearchQuery query;
  query.team = team.name;
  query.order = SearchQuery::Order::oldest_first;
  if (team.next > 0) query.behind = team.next - 1;
  query.limit = most_events_ - batch.events.size();
  query.most_octets = options_.most_octets - batch.octets;
  ART32_ASSIGN(const SearchPage page, search_->search(query, stop));
  for (const SearchHit& hit : page.hits) {
    ART32_ASSIGN(StreamEvent event, event_of(hit, team));
    batch.octets += hit.record.size();
    batch.events.push_back(std::move(event));
  }
  // Without a next page it may have been searched further than was known before; never less far.
  const std::uint64_t reached = page.next           ? *page.next + 1
                                : page.hits.empty() ? team.end
                                                    : std::max(team.end, page.hits.back().number + 1);
  batch.moves.push_back({team.reference, reached});
  batch.back.push_back({team.reference, team.next});
  return {};
}

Result<StreamEvent> EventStream::event_of(const SearchHit& hit, const Pending& team) const {
  std::string shown = hit.record;
  if (options_.fill_in) {
    ART32_ASSIGN(shown, options_.fill_in(hit));
  }
  ART32_ASSIGN(const ExportedRecord record, export_record(hit.record, shown, hit.transaction));
  return StreamEvent{event_id(hit.record),
                     record.text("kind"),
                     record.time,
                     options_.source.database,
                     team.name,
                     hit.number,
                     ocsf_event(record, options_.source)};
}

Result<bool> EventStream::deliver(const Batch& batch, const std::stop_token& stop) {
  const Status sent = sender_->send(batch.events, stop);
  if (sent) {
    tell([&](StreamState& state) { state.sent += batch.events.size(); });
    if (!sender_->is_acknowledged()) unsettled_.push_back({Clock::now(), batch.back});
    return true;
  }
  if (sent.error().code == ErrorCode::exhausted && batch.events.size() > 1) {
    most_events_ = batch.events.size() / 2;
    return false;
  }
  // What was sent just before may not have been taken either.
  ART32_CHECKED(take_back());
  return tl::unexpected<base::Error>(sent.error());
}

// The oldest first: what it says of a team counts.
Status EventStream::take_back() {
  std::map<TeamReference, std::uint64_t> first;
  for (const Unsettled& each : unsettled_)
    for (const StreamCursors::Move& move : each.back)
      first.try_emplace(move.team, move.to);
  std::vector<StreamCursors::Move> moves;
  for (const auto& [team, to] : first)
    moves.push_back({team, to});
  ART32_CHECKED(cursors_->move(moves));
  unsettled_.clear();
  return {};
}

void EventStream::forget_settled() {
  while (!unsettled_.empty() && Clock::now() - unsettled_.front().sent > options_.settle)
    unsettled_.pop_front();
}

}  // namespace art32::trail
