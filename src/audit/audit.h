// Audits: runs probes side by side, judges, seals the evidence, keeps the results.
//
// Results live in the store; evidence in the ledger; verdicts as of now are
// computed, never stored. What the store says is believed only as far as the sealed
// evidence says the same: of the newest run of each probe in standing(), recent()
// and history(), of every run in find(). A run that contradicts its leaf, or whose
// leaf can't be read, is `error`.
//
// run() blocks until the slowest probe is done or timed out; runs are serialised.
// Reading is possible from any thread at any time. Database, sink, source, clock,
// table and whatever the target's callbacks refer to outlive Audits: a probe that
// overruns its time is finished, or waited for in the destructor (engine.h).
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/engine.h"
#include "audit/probe_table.h"
#include "base/time.h"
#include "model/evidence.h"
#include "store/database.h"

namespace art32::audit {

struct ProbeRun {
  std::int64_t id = 0;
  std::int64_t audit = 0;  // the audit it was part of
  std::string probe;
  std::int64_t place = 0;  // in the table of probes
  std::string annex;       // version of the annex whose promises were measured; empty: not recorded then
  base::Instant started;
  std::chrono::microseconds took{0};
  model::Verdict verdict = model::Verdict::error;  // as judged then: pass, fail or error
  std::vector<model::Observation> observations;
  std::optional<model::LeafIndex> evidence;  // none when the ledger didn't take it: then never pass
};

struct AuditRun {
  std::int64_t id = 0;
  std::string trigger;  // "schedule", "command", "start", "publish"
  base::Instant started;
  std::chrono::microseconds took{0};
  std::vector<ProbeRun> probes;              // in the order of the table
  std::optional<model::LeafIndex> evidence;  // the audit's own leaf, which names those of its probes
};

struct ProbeStanding {
  const Probe* probe = nullptr;  // never null
  std::optional<ProbeRun> last;
  model::Verdict verdict = model::Verdict::stale;  // never run under this annex is stale
  std::optional<model::Waiver> waiver;
};

struct ParagraphStanding {
  const model::Paragraph* paragraph = nullptr;
  model::State state = model::State::unproven;
  std::vector<ProbeStanding> probes;
};

struct MeasureStanding {
  const model::Measure* measure = nullptr;
  model::State state = model::State::unproven;
  std::vector<ParagraphStanding> paragraphs;
};

class Audits {
 public:
  Audits(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
         const model::EvidenceSource& source, const base::Clock& clock,
         std::span<const Probe> table = probes());
  static std::vector<store::Migration> migrations();

  // All probes of the table whose subject the target has, or those named
  // (`invalid_argument` for an unknown one, `configuration` for one without subject). `progress` is called on
  // this thread as each ends.
  base::Result<AuditRun> run(const Target& target, std::string_view trigger,
                             const std::vector<std::string>& only = {},
                             const std::function<void(const ProbeRun&)>& progress = {});

  base::Result<std::vector<AuditRun>> recent(std::size_t limit) const;  // newest first, with observations
  base::Result<AuditRun> find(std::int64_t audit) const;
  base::Result<std::vector<ProbeRun>> history(std::string_view probe,
                                              std::size_t limit) const;  // newest first
  // Every measure of the annex as it stands at `now`; points into `annex`.
  base::Result<std::vector<MeasureStanding>> standing(const model::Annex& annex, base::Instant now) const;

  void set_waivers(std::vector<model::Waiver> waivers);    // from configuration
  base::Result<std::string> last_checkpoint_note() const;  // empty before the first
  void remember_checkpoint(const std::string& note);

 private:
  void seal(ProbeRun& run, const Probe& probe);
  void seal(AuditRun& run, std::string_view annex_version);
  // Makes the run `error`, with an observation that says why, where they don't agree.
  bool agrees_with_evidence(ProbeRun& run) const;  // compare.cpp

  store::Database& database_;
  std::mutex& database_mutex_;
  model::EvidenceSink& sink_;
  const model::EvidenceSource& source_;
  const base::Clock& clock_;
  std::span<const Probe> table_;
  mutable std::mutex waivers_mutex_;
  std::vector<model::Waiver> waivers_;
  std::mutex run_mutex_;
  Engine engine_;  // under run_mutex_
};

struct MutationResult {
  std::string probe;
  model::Text mutation;                            // what was broken
  model::Verdict healthy = model::Verdict::error;  // on the whole scratch instance: must be pass
  model::Verdict broken = model::Verdict::error;   // on the broken one: must be fail
  std::vector<model::Observation> observations;    // of the broken one
  std::string trouble;                             // why it couldn't be shown
  bool proven() const { return healthy == model::Verdict::pass && broken == model::Verdict::fail; }
};

// How a scratch instance's annex is read; the app joins it to annex::load.
using LoadAnnex = std::function<base::Result<model::Annex>(const base::Path& annex_folder)>;

// Proves for each probe (or those named) that each of its mutations turns it red:
// on a scratch instance of `program` (this binary) for each probe, that it starts
// itself and ends again. One result for each mutation.
std::vector<MutationResult> prove_mutations(const base::Path& program, const LoadAnnex& load_annex,
                                            const std::vector<std::string>& only,
                                            const std::function<void(const MutationResult&)>& progress);

}  // namespace art32::audit
