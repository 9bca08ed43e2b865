// Small probes with a known behaviour, for the tests of the engine and its judge.
// They attack nothing: what they report is decided where they are made.
#pragma once

#include <atomic>
#include <thread>

#include "audit/observe.h"
#include "audit/probe.h"

namespace art32::audit {

inline model::Observation seen(Kind kind, Outcome outcome, std::string what = "seen") {
  return {kind, "portal", {"etwas", "something"}, outcome, std::move(what)};
}

inline Probe probe_that(std::string id,
                        std::function<std::vector<model::Observation>(const ProbeContext&)> run) {
  Probe probe;
  probe.id = std::move(id);
  probe.measure = "encryption.transport";
  probe.limit = std::chrono::milliseconds(2000);
  probe.period = std::chrono::hours(24);
  probe.run = std::move(run);
  return probe;
}

inline Probe passing_probe(std::string id) {
  return probe_that(std::move(id), [](const ProbeContext&) {
    return std::vector{seen(Kind::positive_control, Outcome::worked), seen(Kind::attack, Outcome::refused)};
  });
}

inline Probe failing_probe(std::string id) {
  return probe_that(std::move(id), [](const ProbeContext&) {
    return std::vector{seen(Kind::positive_control, Outcome::worked), seen(Kind::attack, Outcome::worked)};
  });
}

// Everything is refused, the good case too: what a probe with attacks alone
// would call a success.
inline Probe probe_at_a_locked_door(std::string id) {
  return probe_that(std::move(id), [](const ProbeContext&) {
    return std::vector{seen(Kind::positive_control, Outcome::refused), seen(Kind::attack, Outcome::refused)};
  });
}

// Goes past its deadline, until it is let go.
inline Probe overrunning_probe(std::string id, std::atomic<bool>& let_go, std::atomic<int>& starts) {
  Probe probe = probe_that(std::move(id), [&let_go, &starts](const ProbeContext&) {
    ++starts;
    for (int turn = 0; turn < 2000 && !let_go; ++turn)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return std::vector{seen(Kind::positive_control, Outcome::worked), seen(Kind::attack, Outcome::refused)};
  });
  probe.limit = std::chrono::milliseconds(50);
  return probe;
}

}  // namespace art32::audit
