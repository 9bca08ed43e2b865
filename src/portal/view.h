// Everything that pages are made from, as it stood at one moment.
//
// gather() reads it from the rooms; pages are pure functions of a View. The
// standings point into the annex that `facts` shares, so a View keeps what it
// shows alive. Immutable once gathered; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "merkle/checkpoint.h"
#include "portal/assets.h"
#include "portal/portal.h"

namespace art32::portal {

// A measure with its place in the document.
struct Place {
  std::size_t section = 0;  // from 1
  std::size_t number = 0;   // within its section, from 1
  const model::Section* in = nullptr;
  const audit::MeasureStanding* standing = nullptr;

  std::string label() const { return std::to_string(section) + "." + std::to_string(number); }
  const model::Measure& measure() const { return *standing->measure; }
};

struct Counts {
  std::size_t kept = 0, broken = 0, unproven = 0;
  std::size_t all() const { return kept + broken + unproven; }
  // Of all of them together: broken by one, kept only by all.
  model::State state() const;
};

struct View {
  Facts facts;
  std::shared_ptr<const Assets> assets;
  base::Instant now;
  std::vector<audit::MeasureStanding> standings;
  std::vector<Place> places;            // every measure, in the annex's order
  std::vector<audit::AuditRun> audits;  // the newest, newest first
  std::map<std::string, std::vector<audit::ProbeRun>, std::less<>> histories;  // by probe, newest first
  std::vector<annex::Version> versions;                                        // newest first
  std::vector<annex::VersionState> version_states;                             // of each
  std::string annex_json;
  std::string annex_digest;
  merkle::Checkpoint checkpoint;
  std::string verifier_key;
  std::string pins_json;
  std::string pins_note;

  const model::Annex& annex() const { return *facts.annex; }
  const model::Document& document() const { return facts.annex->document; }
  const model::Control* control(std::string_view id) const;
  const audit::Probe* probe(std::string_view id) const;  // one that a paragraph names
  const Place* place(std::string_view measure) const;
  const annex::Version* announced() const;  // the newest, if it isn't in force yet
  const annex::Version* in_force() const;   // null: none is yet
  Counts counts() const;
  Counts counts(const model::Section& section) const;
};

inline constexpr std::size_t audits_a_page = 50;
inline constexpr std::size_t runs_a_history = 30;

base::Result<std::shared_ptr<const View>> gather(const Sources& sources, const Facts& facts,
                                                 const std::shared_ptr<const Assets>& assets);

// The newest run among a paragraph's probes; null when none ran.
const audit::ProbeRun* newest_run(const audit::ParagraphStanding& standing);
const audit::ProbeRun* newest_run(const audit::MeasureStanding& standing);
std::size_t passes(const audit::AuditRun& run);
std::size_t kept_paragraphs(const audit::MeasureStanding& standing);

}  // namespace art32::portal
