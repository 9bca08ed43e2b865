// One audit with everything it saw.
#include "portal/audit_words.h"
#include "portal/icons.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

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

// Open where something didn't go as it should; a row of passes is one click away.
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

Html probe_part(const View& view, const audit::ProbeRun& run, model::Language language) {
  const audit::Probe* probe = view.probe(run.probe);
  const Place* place = probe == nullptr ? nullptr : view.place(probe->measure);
  const Html measure = place == nullptr ? Html("–")
                                        : tag::a(href(measure_address(language, probe->measure)),
                                                 place->label() + " " + place->measure().title.in(language));
  const std::string title = probe == nullptr ? run.probe : probe->title.in(language);
  const std::string anchor = "probe-" + run.probe;
  return tag::section(class_("probe is-" + std::string(name(run.verdict))), id(anchor),
                      tag::header(tag::h2(title), tag::p(tag::code(run.probe))),
                      terms({{say(phrases::verdict, language), badge(run.verdict, language)},
                             {say(phrases::measure, language), measure},
                             {say(phrases::took, language), elapsed(run.took, language)},
                             {say(phrases::evidence, language), evidence_of(run.evidence, language)}},
                            "facts"),
                      observations(run, language));
}

Html summary(const View& view, const audit::AuditRun& run, model::Language language) {
  std::vector<Row> rows;
  for (const audit::ProbeRun& one : run.probes) {
    const audit::Probe* probe = view.probe(one.probe);
    rows.push_back(
        Row({tag::a(href("#probe-" + one.probe), probe == nullptr ? one.probe : probe->title.in(language)),
             tag::code(one.probe), badge(one.verdict, language), elapsed(one.took, language),
             evidence_of(one.evidence, language)}));
  }
  return table(say(phrases::probes_of_audit, language),
               {say(phrases::probe, language), say(phrases::name_, language), say(phrases::verdict, language),
                say(phrases::took, language), say(phrases::evidence, language)},
               rows);
}

Html audit_neighbours(const View& view, const audit::AuditRun& run, model::Language language) {
  const bool has_next = !view.audits.empty() && view.audits.front().id > run.id;
  const auto link = [&](std::int64_t to, const Phrase& phrase, std::string_view classes) {
    return tag::a(class_(classes), href(audit_address(language, to)),
                  tag::span(class_("aside"), say(phrase, language)),
                  tag::span(say(phrases::audit_number, language, {std::to_string(to)})));
  };
  return tag::nav(class_("neighbours"), Attribute("aria-label", say(phrases::audits_title, language)),
                  run.id > 1 ? link(run.id - 1, phrases::previous_audit, "previous") : Html(),
                  has_next ? link(run.id + 1, phrases::next_audit, "next") : Html());
}

}  // namespace

std::string audit_run(const View& view, const audit::AuditRun& run, model::Language language) {
  const std::string title = say(phrases::audit_number, language, {std::to_string(run.id)});
  PageHead head;
  head.language = language;
  head.slug = "security-audits/" + std::to_string(run.id);
  head.title = title;
  head.description = say(phrases::audits_lead, language);
  head.area = Area::audits;
  std::vector<Html> parts;
  for (const audit::ProbeRun& probe : run.probes)
    parts.push_back(probe_part(view, probe, language));
  const Html kicker =
      tag::a(href(address(language, "security-audits")), say(phrases::audits_title, language));
  return page(view, head,
              together(page_title(kicker, title, {}),
                       terms({{say(phrases::finished, language), time_of(run.started, language)},
                              {say(phrases::trigger, language), trigger_word(run.trigger, language)},
                              {say(phrases::took, language), elapsed(run.took, language)},
                              {say(phrases::evidence, language), evidence_of(run.evidence, language)},
                              {say(phrases::result, language), outcome_of(run, language)}},
                             "facts"),
                       summary(view, run, language), parts, audit_neighbours(view, run, language)));
}

}  // namespace art32::portal::pages
