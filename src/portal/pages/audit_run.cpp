// One audit with everything it saw.
#include "portal/audit_words.h"
#include "portal/icons.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

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
