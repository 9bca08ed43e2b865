#include "portal/audit_words.h"

#include "portal/icons.h"
#include "portal/parts.h"
#include "portal/phrases.h"
#include "portal/tags.h"
#include "portal/view.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

std::string names_with(const audit::AuditRun& run, model::Verdict verdict) {
  std::string names;
  for (const audit::ProbeRun& probe : run.probes)
    if (probe.verdict == verdict) names += (names.empty() ? "" : ", ") + probe.probe;
  return names;
}

Phrase outcome_word(model::Observation::Outcome outcome) {
  switch (outcome) {
    case model::Observation::Outcome::worked:
      return phrases::outcome_worked;
    case model::Observation::Outcome::refused:
      return phrases::outcome_refused;
    case model::Observation::Outcome::undecided:
      return phrases::outcome_undecided;
  }
  return phrases::outcome_undecided;
}

// A control should work, an attack should be refused.
bool is_as_hoped(const model::Observation& observation) {
  const bool is_control = observation.kind == model::Observation::Kind::positive_control;
  return observation.outcome ==
         (is_control ? model::Observation::Outcome::worked : model::Observation::Outcome::refused);
}

Row observation_row(const model::Observation& observation, model::Language language) {
  const bool is_control = observation.kind == model::Observation::Kind::positive_control;
  const bool hoped = is_as_hoped(observation);
  const bool is_undecided = observation.outcome == model::Observation::Outcome::undecided;
  const model::Verdict looks = hoped          ? model::Verdict::pass
                               : is_undecided ? model::Verdict::error
                                              : model::Verdict::fail;
  const Html outcome = tag::span(class_("badge is-" + std::string(name(looks))), icon(symbol_of(looks)),
                                 tag::span(say(outcome_word(observation.outcome), language)));
  return Row({together(tag::span(class_("aside"),
                                 say(is_control ? phrases::kind_control : phrases::kind_attack, language)),
                       tag::br(), observation.tried.in(language)),
              tag::code(observation.target),
              together(outcome, tag::span(class_("aside"),
                                          say(hoped ? phrases::as_hoped : phrases::not_as_hoped, language))),
              tag::span(lang("en"), observation.seen)});
}

}  // namespace

std::string trigger_word(const std::string& trigger, model::Language language) {
  if (trigger == "schedule") return say(phrases::trigger_schedule, language);
  if (trigger == "command") return say(phrases::trigger_command, language);
  if (trigger == "start") return say(phrases::trigger_start, language);
  if (trigger == "publish") return say(phrases::trigger_publish, language);
  return trigger;
}

Html outcome_of(const audit::AuditRun& run, model::Language language) {
  const std::string failed = names_with(run, model::Verdict::fail);
  const std::string undecided = names_with(run, model::Verdict::error);
  std::vector<Html> lines;
  if (!failed.empty())
    lines.push_back(
        tag::p(class_("is-fail"), icon(Symbol::cross), " ", say(phrases::failed_probes, language, {failed})));
  if (!undecided.empty())
    lines.push_back(tag::p(class_("is-error"), icon(Symbol::warning), " ",
                           say(phrases::undecided_probes, language, {undecided})));
  if (lines.empty() && passes(run) == run.probes.size() && !run.probes.empty())
    lines.push_back(tag::p(class_("is-pass"), icon(Symbol::check), " ", say(phrases::all_passed, language)));
  lines.push_back(tag::p(
      class_("aside"),
      say(phrases::passed_of, language, {std::to_string(passes(run)), std::to_string(run.probes.size())})));
  return tag::div(lines);
}

Html observations(const audit::ProbeRun& run, model::Language language) {
  if (run.observations.empty()) return tag::p(say(phrases::nothing_observed, language));
  std::vector<Row> rows;
  std::size_t hoped = 0;
  for (const model::Observation& observation : run.observations) {
    rows.push_back(observation_row(observation, language));
    hoped += is_as_hoped(observation) ? 1 : 0;
  }
  const std::string counts =
      say(phrases::observations, language, {std::to_string(rows.size()), std::to_string(hoped)});
  return tag::details(run.verdict == model::Verdict::pass ? Attribute{} : Attribute("open"),
                      tag::summary(counts),
                      table(say(phrases::observations_of, language, {run.probe}),
                            {say(phrases::tried, language), say(phrases::target, language),
                             say(phrases::outcome, language), say(phrases::seen, language)},
                            rows));
}

}  // namespace art32::portal
