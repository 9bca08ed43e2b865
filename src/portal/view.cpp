#include "portal/view.h"

#include <set>

#include "annex/render.h"
#include "base/assert.h"
#include "crypto/digest.h"
#include "portal/pins.h"

namespace art32::portal {

namespace {

void find_places(View& view) {
  std::size_t section_number = 0;
  for (const model::Section& section : view.annex().sections) {
    ++section_number;
    std::size_t number = 0;
    for (const model::Measure& measure : section.measures) {
      const auto standing = std::find_if(view.standings.begin(), view.standings.end(),
                                         [&](const auto& one) { return one.measure == &measure; });
      ART32_ASSERT(standing != view.standings.end());  // standing() covers every measure
      view.places.push_back({section_number, ++number, &section, &*standing});
    }
  }
}

base::Status read_histories(View& view, const audit::Audits& audits) {
  std::set<std::string> probes;
  for (const auto& measure : view.standings)
    for (const auto& paragraph : measure.paragraphs)
      probes.insert(paragraph.paragraph->probes.begin(), paragraph.paragraph->probes.end());
  for (const std::string& probe : probes) {
    ART32_ASSIGN(view.histories[probe], audits.history(probe, runs_a_history));
  }
  return {};
}

void tally(Counts& counts, model::State state) {
  switch (state) {
    case model::State::kept:
      ++counts.kept;
      break;
    case model::State::broken:
      ++counts.broken;
      break;
    case model::State::unproven:
      ++counts.unproven;
      break;
  }
}

}  // namespace

model::State Counts::state() const {
  if (broken > 0) return model::State::broken;
  return kept > 0 && kept == all() ? model::State::kept : model::State::unproven;
}

base::Result<std::shared_ptr<const View>> gather(const Sources& sources, const Facts& facts,
                                                 const std::shared_ptr<const Assets>& assets) {
  auto view = std::make_shared<View>();
  view->facts = facts;
  view->assets = assets;
  view->now = sources.clock.now();
  ART32_ASSIGN(view->standings, sources.audits.standing(view->annex(), view->now));
  find_places(*view);
  ART32_ASSIGN(view->audits, sources.audits.recent(audits_a_page));
  ART32_CHECKED(read_histories(*view, sources.audits));
  ART32_ASSIGN(view->versions, sources.versions.all());
  view->version_states = annex::states(view->versions, view->now);
  view->annex_json = annex::to_json(view->annex());
  view->annex_digest = crypto::sha256_hex(view->annex_json);
  view->checkpoint = sources.ledger.checkpoint();
  view->verifier_key = sources.ledger.verifier_key();
  view->pins_json = pins_json(facts.pins);
  ART32_ASSIGN(view->pins_note, sources.sign_note(pins_note_text(view->pins_json)));
  return std::shared_ptr<const View>(std::move(view));
}

const model::Control* View::control(std::string_view id) const {
  for (const model::Control& control : facts.controls)
    if (control.id == id) return &control;
  return nullptr;
}

const audit::Probe* View::probe(std::string_view id) const {
  for (const audit::MeasureStanding& measure : standings)
    for (const audit::ParagraphStanding& paragraph : measure.paragraphs)
      for (const audit::ProbeStanding& standing : paragraph.probes)
        if (standing.probe->id == id) return standing.probe;
  return nullptr;
}

const Place* View::place(std::string_view measure) const {
  for (const Place& place : places)
    if (place.measure().id == measure) return &place;
  return nullptr;
}

const annex::Version* View::announced() const {
  const bool ahead = !versions.empty() && version_states.front() == annex::VersionState::announced;
  return ahead ? &versions.front() : nullptr;
}

const annex::Version* View::in_force() const {
  const auto found = std::find(version_states.begin(), version_states.end(), annex::VersionState::in_force);
  return found == version_states.end() ? nullptr
                                       : &versions[static_cast<std::size_t>(found - version_states.begin())];
}

Counts View::counts() const {
  Counts counts;
  for (const Place& place : places)
    tally(counts, place.standing->state);
  return counts;
}

Counts View::counts(const model::Section& section) const {
  Counts counts;
  for (const Place& place : places)
    if (place.in == &section) tally(counts, place.standing->state);
  return counts;
}

const audit::ProbeRun* newest_run(const audit::ParagraphStanding& standing) {
  const audit::ProbeRun* newest = nullptr;
  for (const auto& probe : standing.probes)
    if (probe.last && (newest == nullptr || probe.last->started > newest->started)) newest = &*probe.last;
  return newest;
}

const audit::ProbeRun* newest_run(const audit::MeasureStanding& standing) {
  const audit::ProbeRun* newest = nullptr;
  for (const auto& paragraph : standing.paragraphs) {
    const audit::ProbeRun* run = newest_run(paragraph);
    if (run != nullptr && (newest == nullptr || run->started > newest->started)) newest = run;
  }
  return newest;
}

std::size_t kept_paragraphs(const audit::MeasureStanding& standing) {
  const auto& all = standing.paragraphs;
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const auto& one) { return one.state == model::State::kept; }));
}

std::size_t passes(const audit::AuditRun& run) {
  return static_cast<std::size_t>(std::count_if(run.probes.begin(), run.probes.end(), [](const auto& probe) {
    return probe.verdict == model::Verdict::pass;
  }));
}

}  // namespace art32::portal
