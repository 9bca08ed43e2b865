// A Probe: how a measure is attacked. The table of all probes (probe_table.h)
// is what the engine runs, the annex may name, and the pages describe.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "audit/target.h"
#include "model/language.h"
#include "model/verdict.h"

namespace art32::audit {

class Scratch;

// Given to a probe's run: where to look, and until when.
struct ProbeContext {
  const Target& target;  // outlives the run, even one that overruns
  std::chrono::steady_clock::time_point deadline;

  // Never below a millisecond, so that it serves as any wait's limit.
  std::chrono::milliseconds left() const;
  bool expired() const;
};

// One way to break what a probe watches, for the proof that it can turn red.
struct Mutation {
  model::Text text;  // what is broken
  // Breaks it in a scratch instance, and returns the target to attack. The Scratch
  // keeps the instance alive; whatever changes the instance itself, and not only
  // what stands in front of it, tells the Scratch how to undo it.
  std::function<base::Result<Target>(Scratch&)> apply;
};

// What a probe attacks. One whose subject an instance doesn't have isn't run there, and its
// sentence stays unproven.
enum class Subject { server, gateway, tenants, trails };

struct Probe {
  std::string id;       // "tls.versions"
  std::string measure;  // the measure it attacks
  // The ids of the measure's paragraphs that it may stand for. What its attacks
  // say nothing about, it can't prove: annex::load refuses any other that names it.
  std::vector<std::string> proves;
  model::Text title;
  model::Severity severity = model::Severity::high;
  model::Text positive_control;      // what must work
  std::vector<model::Text> attacks;  // what must fail
  std::vector<Mutation> mutations;   // each of them must turn it red
  Subject subject = Subject::server;
  std::chrono::milliseconds limit{2000};
  std::chrono::seconds period = std::chrono::hours(24);  // older than this, it is stale

  // Attacks the target and reports everything seen; whatever it can't decide it
  // reports as undecided. Every wait in it is bounded by context.left(), so that
  // it ends soon after its deadline whatever the target does.
  std::function<std::vector<model::Observation>(const ProbeContext&)> run;
};

}  // namespace art32::audit
