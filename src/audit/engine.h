// Runs probes side by side, one thread each, and returns when all have ended or
// their time is over.
//
// A probe that overruns its limit is reported as `overran`, and its thread stays
// with the Engine: a thread is never detached. It ends by itself soon after,
// since every wait in a probe is bounded by its deadline; until then the same
// probe isn't started again, so threads don't pile up. The destructor waits for
// whatever still runs. One caller at a time.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "audit/probe.h"

namespace art32::audit {

// How one probe's run ended.
struct ProbeOutcome {
  const Probe* probe = nullptr;
  std::chrono::microseconds started_after{0};  // since run() was called
  std::chrono::microseconds took{0};
  std::vector<model::Observation> observations;  // with a reason among them if it didn't end well
  model::Verdict verdict = model::Verdict::error;
};

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Calls `ended` on this thread for each probe as it ends. The target is copied.
  void run(const std::vector<const Probe*>& chosen, const Target& target,
           const std::function<void(ProbeOutcome)>& ended);

 private:
  struct Running;
  bool still_running(const Probe& probe);
  std::list<std::unique_ptr<Running>> overrun_;
};

}  // namespace art32::audit
