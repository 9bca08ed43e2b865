// The measures of an annex as they stand now: Audits::standing.

#include <algorithm>

#include "audit/audit.h"
#include "audit/run_store.h"
#include "base/log.h"

namespace art32::audit {
namespace {

// The waiver of this probe that holds longest; nothing once it has expired.
std::optional<model::Waiver> waiver_of(const std::vector<model::Waiver>& waivers, std::string_view probe,
                                       base::Instant now) {
  std::optional<model::Waiver> longest;
  for (const model::Waiver& waiver : waivers)
    if (waiver.probe == probe && now < waiver.until && (!longest || longest->until < waiver.until))
      longest = waiver;
  return longest;
}

// A verdict under another version of the annex says nothing about the promises of this one.
ProbeStanding stand(const Probe& probe, std::optional<ProbeRun> last, std::optional<model::Waiver> waiver,
                    std::string_view annex_version, base::Instant now) {
  ProbeStanding standing{&probe, std::move(last), model::Verdict::stale, std::move(waiver)};
  if (standing.last && standing.last->annex == annex_version)
    standing.verdict =
        model::current_verdict({standing.last->verdict, standing.last->started + standing.last->took},
                               probe.period, standing.waiver ? &*standing.waiver : nullptr, now);
  return standing;
}

ParagraphStanding stand(const model::Paragraph& paragraph, const std::vector<ProbeStanding>& probes) {
  ParagraphStanding standing;
  standing.paragraph = &paragraph;
  std::vector<model::Verdict> verdicts;
  for (const std::string& id : paragraph.probes) {
    const auto found =
        std::ranges::find_if(probes, [&id](const ProbeStanding& one) { return one.probe->id == id; });
    // A probe that this program doesn't have (an older annex may name one)
    // proves nothing, and so counts as one that never ran.
    if (found == probes.end()) {
      verdicts.push_back(model::Verdict::stale);
      continue;
    }
    verdicts.push_back(found->verdict);
    standing.probes.push_back(*found);
  }
  standing.state = model::judge_state(verdicts);
  return standing;
}

}  // namespace

base::Result<std::vector<MeasureStanding>> Audits::standing(const model::Annex& annex,
                                                            base::Instant now) const {
  std::vector<model::Waiver> waivers;
  {
    const std::lock_guard lock(waivers_mutex_);
    waivers = waivers_;
  }
  std::vector<ProbeStanding> probes;
  for (const Probe& probe : table_) {
    std::vector<ProbeRun> runs;
    {
      const std::lock_guard lock(database_mutex_);
      ART32_ASSIGN(runs, probe_history(database_, probe.id, 1));
    }
    auto last = runs.empty() ? std::nullopt : std::optional(std::move(runs.front()));
    if (last && !agrees_with_evidence(*last))
      base::log_error("a verdict isn't the sealed one",
                      {{"probe", probe.id}, {"seen", last->observations.back().seen}});
    probes.push_back(
        stand(probe, std::move(last), waiver_of(waivers, probe.id, now), annex.document.version, now));
  }
  std::vector<MeasureStanding> measures;
  for (const model::Section& section : annex.sections)
    for (const model::Measure& measure : section.measures) {
      MeasureStanding standing;
      standing.measure = &measure;
      std::vector<model::State> states;
      for (const model::Paragraph& paragraph : measure.paragraphs) {
        standing.paragraphs.push_back(stand(paragraph, probes));
        states.push_back(standing.paragraphs.back().state);
      }
      standing.state = model::combine(states);
      measures.push_back(std::move(standing));
    }
  return measures;
}

}  // namespace art32::audit
