// What a probe's run says, and what that makes of a measure.
//
// Pure functions of their arguments; the one place where green is decided.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/annex.h"
#include "model/language.h"

namespace art32::model {

enum class Verdict { pass, fail, error, stale, waived };
enum class State { kept, broken, unproven };
enum class Severity { low, medium, high, critical };

std::string_view name(Verdict verdict);
std::string_view name(State state);
std::string_view name(Severity severity);
std::string_view name(Verdict verdict, Language language);
std::string_view name(State state, Language language);
std::string_view name(Severity severity, Language language);
std::optional<Verdict> parse_verdict(std::string_view name);

// One thing tried during a run, as seen.
struct Observation {
  enum class Kind { positive_control, attack };
  enum class Outcome { worked, refused, undecided };

  Kind kind = Kind::attack;
  std::string target;  // which listener, file, row: never a secret
  Text tried;          // what was tried
  Outcome outcome = Outcome::undecided;
  std::string seen;  // what was seen, in English, for engineers
};

// fail: an attack worked, whatever else didn't or is undecided: a break that was
// shown isn't hidden by what couldn't be tried. pass: there is at least one
// positive control and one attack, every positive control worked, every attack was
// refused. error: all the rest: a control didn't work, an attack is undecided, or
// there was nothing to judge.
Verdict judge(std::span<const Observation> observations);

// A named person's acceptance of a failing probe, until a date.
struct Waiver {
  std::string probe;
  std::string by;
  std::string reason;
  base::Instant until;
};

// The verdict as it stands now: a run older than the probe's period is stale; a
// failing one under a waiver that hasn't expired is waived; else as judged.
struct RunSummary {
  Verdict verdict = Verdict::error;
  base::Instant finished;
};
Verdict current_verdict(const RunSummary& run, std::chrono::seconds period, const Waiver* waiver,
                        base::Instant now);

// kept: all pass and there is at least one. broken: any fail. Otherwise unproven.
State judge_state(std::span<const Verdict> verdicts);
// A measure from its paragraphs: broken if any is, kept if all are.
State combine(std::span<const State> states);

}  // namespace art32::model
