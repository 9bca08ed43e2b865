#include "audit/audit.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "audit/evidence_json.h"
#include "audit/observe.h"
#include "audit/run_store.h"
#include "base/log.h"
#include "base/text.h"

namespace art32::audit {
namespace {

bool has_subject(const Target& target, const Probe& probe) {
  switch (probe.subject) {
    case Subject::gateway:
      return target.gateway.has_value();
    case Subject::tenants:
      return target.gateway && target.gateway->make_applications;
    case Subject::trails:
      return target.gateway && target.gateway->make_applications && target.gateway->look_at_trails;
    default:
      return true;
  }
}

base::Result<std::vector<const Probe*>> choose(std::span<const Probe> table,
                                               const std::vector<std::string>& only, const Target& target) {
  std::vector<const Probe*> chosen;
  for (const Probe& probe : table) {
    const bool is_wanted = std::ranges::find(only, probe.id) != only.end();
    if (only.empty() ? has_subject(target, probe) : is_wanted) chosen.push_back(&probe);
    if (is_wanted && !has_subject(target, probe))
      return base::failure(
          base::ErrorCode::configuration,
          fmt::format("{} attacks the database gateway, and this instance has none", probe.id),
          "configure [gateway] in art32.toml");
  }
  for (const std::string& wanted : only)
    if (std::ranges::none_of(table, [&wanted](const Probe& probe) { return probe.id == wanted; })) {
      std::vector<std::string> known;
      for (const Probe& probe : table)
        known.push_back(probe.id);
      return base::failure(base::ErrorCode::invalid_argument, fmt::format("there is no probe \"{}\"", wanted),
                           "the probes are " + base::join(known, ", "));
    }
  return chosen;
}

std::chrono::microseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

Audits::Audits(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
               const model::EvidenceSource& source, const base::Clock& clock, std::span<const Probe> table)
    : database_(database),
      database_mutex_(database_mutex),
      sink_(sink),
      source_(source),
      clock_(clock),
      table_(table) {}

std::vector<store::Migration> Audits::migrations() {
  return run_store_migrations();
}

// Evidence first, result second: what a page shows as passed is in the ledger.
void Audits::seal(ProbeRun& run, const Probe& probe) {
  const auto leaf = sink_.append(model::verdict_record, base::as_bytes(evidence_json(run, probe)));
  if (leaf) {
    run.evidence = *leaf;
    return;
  }
  if (run.verdict == model::Verdict::pass) run.verdict = model::Verdict::error;
  run.observations.push_back(
      {Kind::positive_control,
       "ledger",
       {"Der Nachweis wird im Protokoll versiegelt", "The evidence is sealed in the ledger"},
       Outcome::refused,
       leaf.error().message()});
  make_presentable(run.observations.back());
  base::log_error("evidence not sealed", {{"probe", run.probe}, {"error", leaf.error().message()}});
}

void Audits::seal(AuditRun& run, std::string_view annex_version) {
  const auto leaf = sink_.append(model::audit_record, base::as_bytes(evidence_json(run, annex_version)));
  if (leaf)
    run.evidence = *leaf;
  else
    base::log_error("audit not sealed",
                    {{"audit", std::to_string(run.id)}, {"error", leaf.error().message()}});
}

base::Result<AuditRun> Audits::run(const Target& target, std::string_view trigger,
                                   const std::vector<std::string>& only,
                                   const std::function<void(const ProbeRun&)>& progress) {
  ART32_ASSIGN(const auto chosen, choose(table_, only, target));
  const std::lock_guard one_at_a_time(run_mutex_);
  const auto began = std::chrono::steady_clock::now();
  const std::string& annex_version = target.annex.document.version;

  AuditRun audit;
  audit.trigger = std::string(trigger);
  audit.started = clock_.now();
  {
    const std::lock_guard lock(database_mutex_);
    ART32_ASSIGN(audit.id, insert_audit(database_, audit));
  }
  std::optional<base::Error> trouble;
  engine_.run(chosen, target, [&](ProbeOutcome outcome) {
    ProbeRun run;
    run.audit = audit.id;
    run.probe = outcome.probe->id;
    run.place = outcome.probe - table_.data();
    run.annex = annex_version;
    run.started = audit.started + outcome.started_after;
    run.took = outcome.took;
    run.verdict = outcome.verdict;
    run.observations = std::move(outcome.observations);
    seal(run, *outcome.probe);
    {
      const std::lock_guard lock(database_mutex_);
      const auto id = insert_probe_run(database_, run);
      if (id)
        run.id = *id;
      else
        trouble = id.error();
    }
    if (progress) progress(run);
    audit.probes.push_back(std::move(run));
  });
  std::ranges::sort(audit.probes, {}, &ProbeRun::place);
  audit.took = since(began);
  seal(audit, annex_version);
  const std::lock_guard lock(database_mutex_);
  if (trouble) return tl::unexpected<base::Error>(trouble->within("storing the results of the audit"));
  ART32_CHECKED(finish_audit(database_, audit));
  return audit;
}

base::Result<std::vector<AuditRun>> Audits::recent(std::size_t limit) const {
  std::vector<AuditRun> audits;
  {
    const std::lock_guard lock(database_mutex_);
    ART32_ASSIGN(audits, recent_audits(database_, limit));
  }
  std::set<std::string> compared;
  for (AuditRun& audit : audits)
    for (ProbeRun& run : audit.probes)
      if (compared.insert(run.probe).second) agrees_with_evidence(run);
  return audits;
}

base::Result<AuditRun> Audits::find(std::int64_t audit) const {
  AuditRun found;
  {
    const std::lock_guard lock(database_mutex_);
    ART32_ASSIGN(found, find_audit(database_, audit));
  }
  for (ProbeRun& run : found.probes)
    agrees_with_evidence(run);
  return found;
}

base::Result<std::vector<ProbeRun>> Audits::history(std::string_view probe, std::size_t limit) const {
  std::vector<ProbeRun> runs;
  {
    const std::lock_guard lock(database_mutex_);
    ART32_ASSIGN(runs, probe_history(database_, probe, limit));
  }
  if (!runs.empty()) agrees_with_evidence(runs.front());
  return runs;
}

void Audits::set_waivers(std::vector<model::Waiver> waivers) {
  const std::lock_guard lock(waivers_mutex_);
  waivers_ = std::move(waivers);
}

base::Result<std::string> Audits::last_checkpoint_note() const {
  const std::lock_guard lock(database_mutex_);
  return last_checkpoint(database_);
}

void Audits::remember_checkpoint(const std::string& note) {
  const std::lock_guard lock(database_mutex_);
  if (const auto saved = save_checkpoint(database_, note); !saved)
    base::log_error("checkpoint not remembered", {{"error", saved.error().message()}});
}

}  // namespace art32::audit
