#include "audit/engine.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "audit/observe.h"
#include "base/limits.h"

namespace art32::audit {

using std::chrono::steady_clock;

namespace {

std::chrono::microseconds between(steady_clock::time_point start, steady_clock::time_point end) {
  return std::chrono::duration_cast<std::chrono::microseconds>(end - start);
}

struct Ended {
  std::size_t place = 0;  // in the run's list
  std::chrono::microseconds took{0};
  std::vector<model::Observation> observations;
};

// Where the threads of one run leave what they saw. Each holds it too, since one
// may come after the run has been given up.
class Collected {
 public:
  void put(Ended ended) {
    const std::lock_guard lock(mutex_);
    ended_.push_back(std::move(ended));
    changed_.notify_one();
  }

  std::vector<Ended> take(steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [this] { return !ended_.empty(); });
    return std::exchange(ended_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Ended> ended_;
};

std::vector<model::Observation> trouble(const Probe& probe, std::string seen) {
  return {
      undecided(model::Observation::Kind::positive_control, probe.id,
                {"Die Prüfung läuft in ihrer Zeit bis zum Ende", "The probe runs to its end within its time"},
                std::move(seen))};
}

std::string overran(const Probe& probe) {
  return fmt::format("it overran its limit of {} ms", probe.limit.count());
}

std::vector<model::Observation> attack(const Probe& probe, const ProbeContext& context) {
  try {
    auto observations = probe.run(context);
    if (observations.size() <= base::limits::probe_observations) return observations;
    return trouble(probe, fmt::format("it reported {} observations, more than the bound of {}",
                                      observations.size(), base::limits::probe_observations));
  } catch (const std::exception& fault) {
    return trouble(probe, fmt::format("an exception ended it: {}", fault.what()));
  }
}

}  // namespace

struct Engine::Running {
  const Probe* probe = nullptr;
  steady_clock::time_point started;
  bool reported = false;
  std::shared_ptr<std::atomic<bool>> ended = std::make_shared<std::atomic<bool>>(false);
  std::jthread thread;  // last: joined before the rest goes
};

Engine::Engine() = default;
Engine::~Engine() = default;

bool Engine::still_running(const Probe& probe) {
  overrun_.remove_if([](const std::unique_ptr<Running>& running) { return running->ended->load(); });
  return std::ranges::any_of(
      overrun_, [&probe](const std::unique_ptr<Running>& running) { return running->probe->id == probe.id; });
}

void Engine::run(const std::vector<const Probe*>& chosen, const Target& target,
                 const std::function<void(ProbeOutcome)>& ended) {
  const auto shared_target = std::make_shared<const Target>(target);
  const auto collected = std::make_shared<Collected>();
  const auto began = steady_clock::now();
  std::vector<std::unique_ptr<Running>> runnings;
  std::size_t open = 0;

  const auto report = [&](Running& running, std::chrono::microseconds took,
                          std::vector<model::Observation> observations) {
    running.reported = true;
    for (model::Observation& observation : observations)
      make_presentable(observation);
    const model::Verdict verdict = model::judge(observations);
    ended({running.probe, between(began, running.started), took, std::move(observations), verdict});
  };

  auto last_deadline = began;
  for (const Probe* probe : chosen) {
    runnings.push_back(std::make_unique<Running>());
    Running& running = *runnings.back();
    running.probe = probe;
    running.started = steady_clock::now();
    if (still_running(*probe)) {
      report(running, {}, trouble(*probe, "its last run, which overran, has still not ended"));
      continue;
    }
    const auto deadline = running.started + probe->limit;
    last_deadline = std::max(last_deadline, deadline);
    ++open;
    running.thread = std::jthread([collected, shared_target, probe, deadline, place = runnings.size() - 1,
                                   started = running.started, flag = running.ended] {
      auto observations = attack(*probe, ProbeContext{*shared_target, deadline});
      collected->put({place, between(started, steady_clock::now()), std::move(observations)});
      flag->store(true);
    });
  }

  // A probe that noticed its deadline by itself still gets to say what it saw.
  const auto give_up = last_deadline + base::limits::probe_grace;
  while (open > 0 && steady_clock::now() < give_up)
    for (Ended& one : collected->take(give_up)) {
      Running& running = *runnings[one.place];
      if (one.took > running.probe->limit + base::limits::probe_grace)
        one.observations = trouble(*running.probe, overran(*running.probe));
      report(running, one.took, std::move(one.observations));
      --open;
    }
  for (auto& running : runnings) {
    if (running->reported) continue;
    report(*running, between(running->started, steady_clock::now()),
           trouble(*running->probe, overran(*running->probe)));
    overrun_.push_back(std::move(running));
  }
}

}  // namespace art32::audit
