// One measure: promised, kept, attacked, and what came of it.
#include <set>

#include "portal/audit_words.h"
#include "portal/chart.h"
#include "portal/icons.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

struct Show {
  const View& view;
  const Place& place;
  model::Language language;

  std::string say(const Phrase& phrase, const std::vector<std::string>& values = {}) const {
    return portal::say(phrase, language, values);
  }
};

Html part(const std::string& anchor, const std::string& title, const Html& content) {
  return tag::section(class_("part"), Attribute("aria-labelledby", anchor), tag::h2(id(anchor), title),
                      content);
}

Html promised(const Show& show) {
  std::vector<Html> clauses;
  std::size_t number = 0;
  for (const audit::ParagraphStanding& standing : show.place.standing->paragraphs) {
    const std::string where = show.place.measure().id + "/" + standing.paragraph->id;
    const std::string label = show.place.label() + "." + std::to_string(++number);
    clauses.push_back(tag::div(
        class_("clause"), tag::a(class_("label"), href(address(show.language, "annex#" + where)), label),
        tag::p(class_("text"), model::fill(show.place.measure(), *standing.paragraph, show.language)),
        margin(show.view, standing, label, show.language)));
  }
  return part("promised", show.say(phrases::promised),
              together(tag::div(class_("clauses"), tag::div(clauses))));
}

std::string readers_of(const Show& show, const std::string& promise) {
  std::vector<std::string> readers;
  for (const model::Control& control : show.view.facts.controls)
    for (const model::PromiseUse& use : control.reads)
      if (use.measure == show.place.measure().id && use.promise == promise) readers.emplace_back(control.id);
  std::string text;
  for (const std::string& reader : readers)
    text += (text.empty() ? "" : ", ") + reader;
  return text;
}

Html parameters(const Show& show) {
  const model::Measure& measure = show.place.measure();
  if (measure.promises.empty()) return {};
  std::vector<Row> rows;
  for (const model::Promise& promise : measure.promises) {
    const std::string readers = readers_of(show, promise.name);
    rows.push_back(Row({tag::code(promise.name), model::format(promise, show.language),
                        tag::code(model::canonical(promise)),
                        readers.empty() ? Html(show.say(phrases::nobody_yet)) : tag::code(readers)}));
  }
  return part("parameters", show.say(phrases::parameters),
              together(tag::p(show.say(phrases::parameters_note)),
                       table(show.say(phrases::parameters_caption),
                             {show.say(phrases::name_), show.say(phrases::value),
                              show.say(phrases::configured), show.say(phrases::read_by)},
                             rows)));
}

Html kept_how(const Show& show) {
  std::set<std::string> ids;
  for (const model::Paragraph& paragraph : show.place.measure().paragraphs)
    ids.insert(paragraph.controls.begin(), paragraph.controls.end());
  std::vector<Html> items;
  for (const std::string& control_id : ids)
    if (const model::Control* control = show.view.control(control_id); control != nullptr)
      items.push_back(tag::li(tag::p(control->how.in(show.language)), tag::code(std::string(control->id))));
  return part("kept", show.say(phrases::kept_how),
              items.empty() ? tag::p(class_("notice"), show.say(phrases::no_controls))
                            : tag::ul(class_("controls"), items));
}

Html last_runs(const Show& show, const audit::Probe& probe) {
  const auto found = show.view.histories.find(probe.id);
  if (found == show.view.histories.end() || found->second.empty()) return tag::p(show.say(phrases::no_runs));
  std::vector<Row> rows;
  for (const audit::ProbeRun& run : found->second) {
    if (rows.size() == 10) break;
    rows.push_back(Row({time_of(run.started, show.language), badge(run.verdict, show.language),
                        elapsed(run.took, show.language),
                        tag::a(href(audit_address(show.language, run.audit)),
                               show.say(phrases::audit_number, {std::to_string(run.audit)})),
                        evidence_of(run.evidence, show.language)}));
  }
  const audit::ProbeRun& last = found->second.front();
  const bool is_as_promised = last.verdict == model::Verdict::pass;
  return together(is_as_promised ? Html() : observations(last, show.language),
                  run_chart(probe.id, found->second, show.language),
                  table(show.say(phrases::runs_of, {probe.id}),
                        {show.say(phrases::finished), show.say(phrases::verdict), show.say(phrases::took),
                         show.say(phrases::audit), show.say(phrases::evidence)},
                        rows));
}

Html verdict_now(const Show& show, const audit::ProbeStanding& standing) {
  Html verdict = badge(standing.verdict, show.language);
  if (standing.waiver)
    verdict.add(
        tag::p(class_("aside"),
               show.say(phrases::waived_by, {standing.waiver->by, day(standing.waiver->until, show.language),
                                             standing.waiver->reason})));
  return verdict;
}

Html probe_block(const Show& show, const audit::ProbeStanding& standing) {
  const audit::Probe& probe = *standing.probe;
  std::vector<Html> attacks;
  for (const model::Text& attack : probe.attacks)
    attacks.push_back(tag::li(attack.in(show.language)));
  std::vector<Html> mutations;
  for (const audit::Mutation& mutation : probe.mutations)
    mutations.push_back(tag::li(mutation.text.in(show.language)));
  const auto period = std::chrono::duration_cast<std::chrono::milliseconds>(probe.period);
  return tag::article(class_("probe"), id("probe-" + probe.id),
                      tag::header(tag::h3(probe.title.in(show.language)), tag::p(tag::code(probe.id))),
                      terms({{show.say(phrases::verdict_now), verdict_now(show, standing)},
                             {show.say(phrases::severity), name(probe.severity, show.language)},
                             {show.say(phrases::period), model::format_duration(period, show.language)}},
                            "facts"),
                      tag::h4(show.say(phrases::positive_control)),
                      tag::p(probe.positive_control.in(show.language)), tag::h4(show.say(phrases::attacks)),
                      tag::ul(class_("attacks"), attacks), tag::h4(show.say(phrases::mutation)),
                      tag::ul(class_("attacks"), mutations), tag::h4(show.say(phrases::last_runs)),
                      last_runs(show, probe));
}

Html attacked_how(const Show& show) {
  std::vector<Html> blocks;
  std::set<std::string> seen;
  for (const audit::ParagraphStanding& paragraph : show.place.standing->paragraphs)
    for (const audit::ProbeStanding& standing : paragraph.probes)
      if (standing.probe != nullptr && seen.insert(standing.probe->id).second)
        blocks.push_back(probe_block(show, standing));
  if (blocks.empty()) blocks.push_back(tag::p(class_("notice"), show.say(phrases::no_probes)));
  return part("attacked", show.say(phrases::attacked_how), tag::div(blocks));
}

Html neighbours(const Show& show) {
  const auto& places = show.view.places;
  const auto index = static_cast<std::size_t>(&show.place - places.data());
  const auto link = [&](const Place& to, const Phrase& phrase, std::string_view classes) {
    return tag::a(class_(classes), href(measure_address(show.language, to.measure().id)),
                  tag::span(class_("aside"), show.say(phrase)),
                  tag::span(to.label() + " " + to.measure().title.in(show.language)));
  };
  return tag::nav(
      class_("neighbours"),
      Attribute("aria-label", show.say(phrases::previous_measure) + ", " + show.say(phrases::next_measure)),
      index > 0 ? link(places[index - 1], phrases::previous_measure, "previous") : Html(),
      index + 1 < places.size() ? link(places[index + 1], phrases::next_measure, "next") : Html());
}

}  // namespace

std::string measure(const View& view, const Place& place, model::Language language) {
  const Show show{view, place, language};
  const std::string title = place.measure().title.in(language);
  PageHead head;
  head.language = language;
  head.slug = "measures/" + place.measure().id;
  head.title = title;
  head.description = model::fill(place.measure(), place.measure().paragraphs.front(), language);
  head.area = Area::trust;
  const Html kicker = together(tag::span(class_("label"), place.label()), " ", place.in->title.in(language));
  return page(
      view, head,
      together(page_title(kicker, title, {}),
               tag::p(class_("standing"), badge(place.standing->state, language),
                      onward(address(language, "annex#" + place.measure().id), show.say(phrases::in_annex))),
               promised(show), parameters(show), kept_how(show), attacked_how(show), neighbours(show)));
}

}  // namespace art32::portal::pages
