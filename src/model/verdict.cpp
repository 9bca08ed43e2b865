#include "model/verdict.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace art32::model {
namespace {

struct Named {
  std::string_view name;
  std::string_view german;
  std::string_view english;
};

constexpr std::array<Named, 5> verdicts{{
    {"pass", "bestanden", "passed"},
    {"fail", "nicht bestanden", "failed"},
    {"error", "nicht feststellbar", "could not tell"},
    {"stale", "veraltet", "out of date"},
    {"waived", "befristet ausgenommen", "waived until a date"},
}};

constexpr std::array<Named, 3> states{{
    {"kept", "eingehalten", "kept"},
    {"broken", "verletzt", "broken"},
    {"unproven", "nicht nachgewiesen", "unproven"},
}};

constexpr std::array<Named, 4> severities{{
    {"low", "niedrig", "low"},
    {"medium", "mittel", "medium"},
    {"high", "hoch", "high"},
    {"critical", "kritisch", "critical"},
}};

template <class Rows, class Enumerator>
const Named& row(const Rows& rows, Enumerator enumerator) {
  const auto index = static_cast<std::size_t>(enumerator);
  ART32_ASSERT(index < rows.size());
  return rows[index];
}

std::string_view in(const Named& named, Language language) {
  return language == Language::german ? named.german : named.english;
}

}  // namespace

std::string_view name(Verdict verdict) {
  return row(verdicts, verdict).name;
}
std::string_view name(State state) {
  return row(states, state).name;
}
std::string_view name(Severity severity) {
  return row(severities, severity).name;
}

std::string_view name(Verdict verdict, Language language) {
  return in(row(verdicts, verdict), language);
}
std::string_view name(State state, Language language) {
  return in(row(states, state), language);
}
std::string_view name(Severity severity, Language language) {
  return in(row(severities, severity), language);
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (std::size_t index = 0; index < verdicts.size(); ++index)
    if (verdicts[index].name == text) return static_cast<Verdict>(index);
  return std::nullopt;
}

Verdict judge(std::span<const Observation> observations) {
  std::size_t controls = 0;
  std::size_t attacks = 0;
  bool control_failed = false;
  bool attack_worked = false;
  bool undecided = false;
  for (const Observation& observation : observations) {
    const bool is_control = observation.kind == Observation::Kind::positive_control;
    ++(is_control ? controls : attacks);
    control_failed |= is_control && observation.outcome != Observation::Outcome::worked;
    attack_worked |= !is_control && observation.outcome == Observation::Outcome::worked;
    undecided |= observation.outcome == Observation::Outcome::undecided;
  }
  // Before all else: a break that was shown isn't hidden by what couldn't be tried.
  if (attack_worked) return Verdict::fail;
  if (controls == 0 || attacks == 0 || control_failed) return Verdict::error;
  return undecided ? Verdict::error : Verdict::pass;
}

Verdict current_verdict(const RunSummary& run, std::chrono::seconds period, const Waiver* waiver,
                        base::Instant now) {
  // A run from the future means that the clock stepped back: trusted no longer
  // than one from the past.
  const auto age = now >= run.finished ? now - run.finished : run.finished - now;
  if (age > period) return Verdict::stale;
  if (run.verdict == Verdict::fail && waiver != nullptr && now < waiver->until) return Verdict::waived;
  return run.verdict;
}

State judge_state(std::span<const Verdict> given) {
  const auto is = [](Verdict wanted) { return [wanted](Verdict verdict) { return verdict == wanted; }; };
  if (std::ranges::any_of(given, is(Verdict::fail))) return State::broken;
  if (!given.empty() && std::ranges::all_of(given, is(Verdict::pass))) return State::kept;
  return State::unproven;
}

State combine(std::span<const State> given) {
  const auto is = [](State wanted) { return [wanted](State state) { return state == wanted; }; };
  if (std::ranges::any_of(given, is(State::broken))) return State::broken;
  if (!given.empty() && std::ranges::all_of(given, is(State::kept))) return State::kept;
  return State::unproven;
}

}  // namespace art32::model
