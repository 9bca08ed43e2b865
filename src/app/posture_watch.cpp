#include "app/posture_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

namespace art32::app {
namespace {

namespace limits = base::limits;
using gateway::PostureState;
using std::chrono::steady_clock;

constexpr std::string_view shut = "applications may not sign in to this database: its separation by team ";

std::string name_of(const tenancy::Finding& finding) {
  return finding.check + " " + finding.object;
}

// What isn't in `known`, as a list for the log.
std::string unknown_of(const std::vector<tenancy::Finding>& all, const std::vector<tenancy::Finding>& known) {
  std::vector<std::string> names;
  std::size_t left = 0;
  for (const tenancy::Finding& finding : all) {
    if (std::find(known.begin(), known.end(), finding) != known.end()) continue;
    if (names.size() < limits::posture_logged_findings)
      names.push_back(name_of(finding));
    else
      ++left;
  }
  if (left > 0) names.push_back(fmt::format("and {} more", left));
  return base::join(names, ", ");
}

// A line when something is new or gone, and none while all stays as it is.
void tell(const PostureStanding& before, const PostureStanding& now) {
  if (now.error) {
    if (before.error != now.error)
      base::log_warning("posture couldn't be checked",
                        {{"database", now.database}, {"error", now.error->message()}});
    return;
  }
  if (now.state == before.state && now.sight.findings == before.sight.findings) return;
  if (now.state == PostureState::kept)
    return base::log_info("posture is kept",
                          {{"database", now.database},
                           {"tables", std::to_string(now.sight.tables)},
                           {"mended", unknown_of(before.sight.findings, now.sight.findings)}});
  base::log_warning("posture is broken", {{"database", now.database},
                                          {"findings", std::to_string(now.sight.findings.size())},
                                          {"new", unknown_of(now.sight.findings, before.sight.findings)},
                                          {"mended", unknown_of(before.sight.findings, now.sight.findings)}});
}

// The server's addresses are nothing for whoever signs in: of an error only its kind.
gateway::LoginGate::Refusal refusal_of(const PostureStanding& standing) {
  if (standing.error)
    return {std::string(shut) + "couldn't be checked",
            fmt::format("the check ended with \"{}\"; art32's log says more",
                        base::describe(standing.error->code).name)};
  std::string detail = name_of(standing.sight.findings.front());
  if (const std::size_t more = standing.sight.findings.size() - 1; more > 0)
    detail += fmt::format(", and {} more", more);
  return {std::string(shut) + "is broken", std::move(detail)};
}

std::chrono::milliseconds pause_after(const PostureStanding& standing) {
  const bool is_urgent = standing.error || (standing.is_enforced && standing.state != PostureState::kept);
  return is_urgent ? std::chrono::milliseconds(limits::posture_retry) : limits::posture_period;
}

base::Result<PostureSight> with_sight(base::Result<PostureSight> sight) {
  if (sight && !sight->sees_trouble)
    return base::failure(base::ErrorCode::check_failed,
                         "the check doesn't see that a superuser is one, so its silence means nothing",
                         "let the role that looks read pg_roles");
  return sight;
}

}  // namespace

PostureWatch::PostureWatch(gateway::LoginGates& gates, const base::Clock& clock, Look look)
    : gates_(gates), clock_(clock), look_(std::move(look)) {}

PostureWatch::~PostureWatch() {
  stop();
}

void PostureWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    thread_.request_stop();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void PostureWatch::watch(std::vector<PostureSubject> subjects) {
  const std::lock_guard lock(mutex_);
  if (is_stopped_) return;
  std::map<std::string, Entry> entries;
  for (PostureSubject& subject : subjects) {
    const std::string name = subject.database.name;
    Entry& entry = entries[name];
    if (const auto known = entries_.find(name); known != entries_.end())
      entry = std::move(known->second);
    else
      entry.standing.since = clock_.now();
    entry.standing.database = name;
    entry.standing.is_enforced = subject.is_enforced;
    entry.subject = std::make_shared<const PostureSubject>(std::move(subject));
    entry.due = steady_clock::now();
    ++entry.asked;
  }
  for (const auto& [name, entry] : entries_)
    if (!entries.contains(name)) gates_.of(name)->shut({std::string(shut) + "isn't watched", ""});
  entries_ = std::move(entries);
  ++revision_;
  changed_.notify_all();
  if (!thread_.joinable() && !entries_.empty())
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

PostureWatch::Entry* PostureWatch::next_due() {
  Entry* next = nullptr;
  for (auto& [name, entry] : entries_)
    if (next == nullptr || entry.due < next->due) next = &entry;
  return next;
}

void PostureWatch::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const std::uint64_t revision = revision_;
    const auto is_revised = [&] { return revision_ != revision; };
    const Entry* const next = next_due();
    if (next == nullptr) {
      changed_.wait(lock, stop, is_revised);
      continue;
    }
    // By value: a reload replaces the entries while this waits.
    if (const SteadyTime due = next->due; due > steady_clock::now()) {
      changed_.wait_until(lock, stop, due, is_revised);
      continue;
    }
    const std::shared_ptr<const PostureSubject> subject = next->subject;
    const std::uint64_t asked = next->asked;
    lock.unlock();
    base::Result<PostureSight> sight = with_sight(look_(*subject, stop));
    lock.lock();
    // Of one that was replaced meanwhile, or given up, nothing is learned.
    const auto still = entries_.find(subject->database.name);
    if (stop.stop_requested() || still == entries_.end() || still->second.subject != subject) continue;
    take(still->second, std::move(sight));
    still->second.answered = asked;
    if (still->second.asked != asked) still->second.due = steady_clock::now();
    changed_.notify_all();
  }
}

void PostureWatch::take(Entry& entry, base::Result<PostureSight> sight) {
  const PostureStanding before = std::move(entry.standing);
  PostureStanding& now = entry.standing = PostureStanding();
  now.database = before.database;
  now.is_enforced = before.is_enforced;
  now.checked = clock_.now();
  if (sight) {
    now.sight = std::move(*sight);
    now.state = now.sight.findings.empty() ? PostureState::kept : PostureState::broken;
  } else {
    now.error = sight.error();
  }
  now.since = now.state == before.state ? before.since : *now.checked;
  const SteadyTime ended = steady_clock::now();
  entry.due = ended + pause_after(now);
  entry.counts_until = ended + limits::posture_age;
  const auto gate = gates_.of(now.database);
  if (now.state == PostureState::kept)
    gate->open(entry.counts_until);
  else
    gate->shut(refusal_of(now));
  tell(before, now);
}

bool PostureWatch::are_answered(bool only_enforced) const {
  return std::all_of(entries_.begin(), entries_.end(), [&](const auto& each) {
    const Entry& entry = each.second;
    return entry.answered == entry.asked || (only_enforced && !entry.standing.is_enforced);
  });
}

bool PostureWatch::wait_for_enforced(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [&] { return is_stopped_ || are_answered(true); });
  return are_answered(true);
}

base::Result<std::vector<PostureStanding>> PostureWatch::look_now() {
  {
    std::unique_lock lock(mutex_);
    for (auto& [name, entry] : entries_) {
      ++entry.asked;
      entry.due = steady_clock::now();
    }
    ++revision_;
    changed_.notify_all();
    const bool is_over =
        changed_.wait_for(lock, limits::posture_ask_wait, [&] { return is_stopped_ || are_answered(false); });
    if (!is_over || is_stopped_)
      return base::failure(base::ErrorCode::timeout, "not every database could be checked in time",
                           "`art32 status` shows which one isn't known");
  }
  return standings();
}

// Old enough, what was seen says nothing about today.
PostureStanding PostureWatch::standing_of(const Entry& entry) const {
  PostureStanding standing = entry.standing;
  if (standing.state == PostureState::unknown || steady_clock::now() < entry.counts_until) return standing;
  standing.state = PostureState::unknown;
  standing.since = *standing.checked + limits::posture_age;
  standing.error = {base::ErrorCode::timeout, "the last check is too old", "the log may say why"};
  return standing;
}

std::vector<PostureStanding> PostureWatch::standings() const {
  const std::lock_guard lock(mutex_);
  std::vector<PostureStanding> all;
  for (const auto& [name, entry] : entries_)
    all.push_back(standing_of(entry));
  return all;
}

std::vector<gateway::PostureReport> PostureWatch::reports() const {
  std::vector<gateway::PostureReport> all;
  for (const PostureStanding& standing : standings())
    all.push_back({standing.database, standing.state, standing.is_enforced, standing.sight.findings.size(),
                   standing.since, standing.checked});
  return all;
}

base::Result<std::vector<audit::PostureView>> posture_views(PostureWatch& watch) {
  ART32_ASSIGN(const auto standings, watch.look_now());
  std::vector<audit::PostureView> views;
  for (const PostureStanding& standing : standings) {
    audit::PostureView view{standing.database,
                            {},
                            standing.sight.tables,
                            standing.sight.sees_trouble,
                            standing.error ? standing.error->message() : ""};
    for (const tenancy::Finding& finding : standing.sight.findings)
      view.findings.push_back(
          {std::string(tenancy::posture_group(finding.check)), finding.check, finding.object});
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace art32::app
