// The trust page: the state of all measures at a glance.
#include "portal/icons.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/strip.h"
#include "portal/tags.h"
#include "portal/validity.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

Html count_of(std::size_t count, model::State state, const Phrase& meaning, model::Language language) {
  const std::string classes = count == 0 ? "count is-none" : "count is-" + std::string(name(state));
  return tag::li(class_(classes), tag::span(class_("number"), std::to_string(count)), badge(state, language),
                 tag::p(say(meaning, language)));
}

Html counts(const View& view, model::Language language) {
  const Counts counts = view.counts();
  return tag::ul(class_("counts"), count_of(counts.kept, model::State::kept, phrases::kept_means, language),
                 count_of(counts.broken, model::State::broken, phrases::broken_means, language),
                 count_of(counts.unproven, model::State::unproven, phrases::unproven_means, language));
}

Html last_audit(const View& view, model::Language language) {
  if (view.audits.empty()) return say(phrases::no_audit, language);
  const audit::AuditRun& run = view.audits.front();
  const std::string result =
      say(phrases::passed_of, language, {std::to_string(passes(run)), std::to_string(run.probes.size())});
  return together(tag::a(href(audit_address(language, run.id)), age_of(run.started, view.now, language)),
                  tag::span(class_("aside"), result));
}

Html key_facts(const View& view, model::Language language) {
  const model::Document& document = view.document();
  const std::uint64_t size = view.checkpoint.size.value;
  const std::string entries = size == 1 ? say(phrases::entries_one, language)
                                        : say(phrases::entries_many, language, {grouped(size, language)});
  const Html today = applies_today(view, language);
  const std::string effective = say(phrases::effective, language) + " " + day(document.effective, language);
  const std::string root = base::hex(view.checkpoint.root).substr(0, 16);
  return terms(
      {{say(phrases::last_audit, language), last_audit(view, language)},
       {say(phrases::annex_version, language),
        together(tag::a(href(address(language, "annex")), document.version),
                 tag::span(class_("aside"), say(phrases::as_of, language, {day(document.as_of, language)})),
                 today.empty() ? Html() : tag::span(class_("aside"), effective),
                 today.empty() ? Html() : tag::span(class_("aside"), today))},
       {say(phrases::ledger_head, language),
        together(tag::a(href(address(language, "verify")), entries),
                 tag::span(class_("aside"), tag::code(say(phrases::ledger_root, language, {root}))))}},
      "facts");
}

Html standing_line(const View& view, const audit::MeasureStanding& standing, model::Language language) {
  const audit::ProbeRun* run = newest_run(standing);
  const auto& paragraphs = standing.paragraphs;
  const std::size_t proven = kept_paragraphs(standing);
  const bool has_control = std::any_of(paragraphs.begin(), paragraphs.end(),
                                       [](const auto& one) { return !one.paragraph->controls.empty(); });
  if (proven == 0 && run == nullptr)
    return say(has_control ? phrases::not_attacked_yet : phrases::no_control_yet, language);
  const Html line =
      say(phrases::sentences_proven, language, {std::to_string(proven), std::to_string(paragraphs.size())});
  if (run == nullptr) return line;
  return together(line, tag::br(), say(phrases::checked, language, {age(run->started, view.now, language)}));
}

// One mark for each paragraph; the words beside them say the same.
Html pips(const audit::MeasureStanding& standing) {
  std::vector<Html> marks;
  for (const audit::ParagraphStanding& paragraph : standing.paragraphs)
    marks.push_back(icon(symbol_of(paragraph.state), "is-" + std::string(name(paragraph.state))));
  return tag::span(class_("pips"), Attribute("aria-hidden", "true"), marks);
}

Html row_of(const View& view, const Place& place, model::Language language) {
  const audit::MeasureStanding& standing = *place.standing;
  const std::string& title = place.measure().title.in(language);
  return tag::li(class_("entry is-" + std::string(name(standing.state))),
                 tag::span(class_("label"), place.label()),
                 tag::h4(tag::a(href(measure_address(language, place.measure().id)), title)),
                 badge(standing.state, language), pips(standing),
                 tag::p(class_("aside"), standing_line(view, standing, language)));
}

Html section(const View& view, const model::Section& section, std::size_t number, model::Language language) {
  std::vector<Html> rows;
  for (const Place& place : view.places)
    if (place.in == &section) rows.push_back(row_of(view, place, language));
  const std::string heading = "section-" + section.id;
  return tag::section(class_("register"), Attribute("aria-labelledby", heading),
                      tag::h3(id(heading), tag::span(class_("label"), std::to_string(number)), " ",
                              section.title.in(language)),
                      tag::ul(rows));
}

Html all_measures(const View& view, model::Language language) {
  std::vector<Html> sections;
  for (const model::Section& one : view.annex().sections)
    sections.push_back(section(view, one, sections.size() + 1, language));
  return tag::section(Attribute("aria-labelledby", "all"),
                      tag::h2(id("all"), say(phrases::all_measures, language)), sections);
}

Html broken_now(const View& view, model::Language language) {
  std::vector<Html> items;
  for (const Place& place : view.places)
    if (place.standing->state == model::State::broken)
      items.push_back(tag::li(tag::a(href(measure_address(language, place.measure().id)),
                                     place.label() + " " + place.measure().title.in(language))));
  if (items.empty()) return {};
  return tag::section(class_("alert"), Attribute("aria-labelledby", "broken"),
                      tag::h2(id("broken"), icon(Symbol::cross), " ", say(phrases::broken_now, language)),
                      tag::ul(items));
}

Html reasons(model::Language language) {
  const auto reason = [&](const Phrase& title, const Phrase& text) {
    return tag::li(tag::h3(say(title, language)), tag::p(say(text, language)));
  };
  return tag::section(
      class_("reasons"), Attribute("aria-labelledby", "why"),
      tag::h2(id("why"), say(phrases::know_how, language)),
      tag::ol(reason(phrases::know_attack_title, phrases::know_attack),
              reason(phrases::know_ledger_title, phrases::know_ledger),
              reason(phrases::know_verify_title, phrases::know_verify)),
      tag::p(class_("actions"), onward(address(language, "verify"), say(phrases::how_to_verify, language)),
             onward(address(language, "annex"), say(phrases::read_annex, language))));
}

}  // namespace

std::string trust(const View& view, model::Language language) {
  const std::string& company = view.document().company.name;
  PageHead head;
  head.language = language;
  head.title = say(phrases::nav_trust, language);
  head.description = say(phrases::trust_description, language, {company});
  head.area = Area::trust;
  return page(view, head,
              together(tag::div(class_("hero"),
                                page_title(say(phrases::kicker, language),
                                           say(phrases::trust_title, language, {company}),
                                           say(phrases::trust_lead, language)),
                                key_facts(view, language)),
                       strip(view, language), counts(view, language), broken_now(view, language),
                       all_measures(view, language), reasons(language)));
}

}  // namespace art32::portal::pages
