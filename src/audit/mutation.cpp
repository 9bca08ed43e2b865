// prove_mutations: each probe green on a healthy scratch instance, red on the
// same one once it is broken, in each of its ways.

#include <algorithm>

#include "audit/audit.h"
#include "audit/scratch.h"

namespace art32::audit {
namespace {

ProbeOutcome run_alone(const Probe& probe, const Target& target) {
  ProbeOutcome result;
  Engine engine;
  engine.run({&probe}, target, [&result](ProbeOutcome outcome) { result = std::move(outcome); });
  return result;
}

// What kept a healthy instance from passing.
std::string complaint(const std::vector<model::Observation>& observations) {
  for (const model::Observation& one : observations) {
    const bool fine =
        one.outcome == (one.kind == model::Observation::Kind::attack ? model::Observation::Outcome::refused
                                                                     : model::Observation::Outcome::worked);
    if (!fine) return one.target + ": " + one.tried.english + ": " + one.seen;
  }
  return "nothing was tried";
}

using Report = std::function<void(MutationResult)>;

// All mutations of one probe, on one instance. What changed it is undone before
// the next, and the probe must pass again: no red is left over from the last one.
class Proof {
 public:
  Proof(const Probe& probe, Scratch& scratch) : probe_(probe), scratch_(scratch) {}

  MutationResult show_red(const Mutation& mutation) {
    MutationResult result{probe_.id, mutation.text, model::Verdict::error, model::Verdict::error, {}, {}};
    const auto mended = scratch_.mend();
    if (!mended) {
      result.trouble = "the last mutation couldn't be undone: " + mended.error().message();
      return result;
    }
    if (!healthy_ || *mended) healthy_ = run_alone(probe_, scratch_.target());
    result.healthy = healthy_->verdict;
    if (result.healthy != model::Verdict::pass) {
      result.trouble = "it doesn't pass on a healthy instance: " + complaint(healthy_->observations);
      return result;
    }
    const auto broken_target = mutation.apply(scratch_);
    if (!broken_target) {
      result.trouble = "the instance couldn't be broken: " + broken_target.error().message();
      return result;
    }
    ProbeOutcome broken = run_alone(probe_, *broken_target);
    result.broken = broken.verdict;
    result.observations = std::move(broken.observations);
    if (result.broken != model::Verdict::fail)
      result.trouble = "it doesn't fail on a broken instance: " + complaint(result.observations);
    return result;
  }

 private:
  const Probe& probe_;
  Scratch& scratch_;
  std::optional<ProbeOutcome> healthy_;
};

MutationResult trouble_with(const std::string& probe, std::string trouble) {
  return {probe, {}, model::Verdict::error, model::Verdict::error, {}, std::move(trouble)};
}

void prove(const Probe& probe, const base::Path& program, const LoadAnnex& load_annex, const Report& report) {
  const auto scratch = Scratch::start(program, load_annex, probe.subject);
  if (!scratch) return report(trouble_with(probe.id, scratch.error().message()));
  Proof proof(probe, **scratch);
  for (const Mutation& mutation : probe.mutations)
    report(proof.show_red(mutation));
}

}  // namespace

std::vector<MutationResult> prove_mutations(const base::Path& program, const LoadAnnex& load_annex,
                                            const std::vector<std::string>& only,
                                            const std::function<void(const MutationResult&)>& progress) {
  std::vector<MutationResult> results;
  const auto add = [&](MutationResult result) {
    if (progress) progress(result);
    results.push_back(std::move(result));
  };
  for (const Probe& probe : probes())
    if (only.empty() || std::ranges::find(only, probe.id) != only.end())
      prove(probe, program, load_annex, add);
  for (const std::string& wanted : only)
    if (find_probe(wanted) == nullptr) add(trouble_with(wanted, "there is no such probe"));
  return results;
}

}  // namespace art32::audit
