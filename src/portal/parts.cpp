#include "portal/parts.h"

#include "base/assert.h"
#include "portal/icons.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

Html page_title(const Html& kicker, const Html& title, const Html& lead) {
  return tag::header(class_("title"), tag::p(class_("kicker"), kicker), tag::h1(title),
                     lead.empty() ? Html() : tag::p(class_("lead"), lead));
}

Html terms(const std::vector<Term>& rows, std::string_view classes) {
  std::vector<Html> pairs;
  for (const Term& row : rows)
    pairs.push_back(tag::div(tag::dt(row.term), tag::dd(row.description)));
  return tag::dl(class_(classes), pairs);
}

Html table(const std::string& caption, const std::vector<std::string>& headings,
           const std::vector<Row>& rows) {
  std::vector<Html> columns;
  for (const std::string& heading : headings)
    columns.push_back(tag::th(Attribute("scope", "col"), heading));
  std::vector<Html> lines;
  for (const Row& row : rows) {
    ART32_ASSERT(row.size() == headings.size());
    std::vector<Html> cells;
    for (std::size_t place = 0; place < row.size(); ++place)
      cells.push_back(place == 0 ? tag::th(Attribute("scope", "row"), row[place])
                                 : tag::td(Attribute("data-label", headings[place]), row[place]));
    lines.push_back(tag::tr(cells));
  }
  return tag::div(class_("table"), Attribute("role", "region"), Attribute("tabindex", "0"),
                  Attribute("aria-label", caption),
                  tag::table(tag::caption(caption), tag::thead(tag::tr(columns)), tag::tbody(lines)));
}

Html onward(std::string_view target, const std::string& text) {
  return tag::a(class_("onward"), href(target), tag::span(text), icon(Symbol::arrow));
}

Html download(std::string_view target, const std::string& text) {
  return tag::a(class_("onward"), href(target), icon(Symbol::file), tag::span(text));
}

Html listing(const std::string& label, std::string_view text) {
  return tag::pre(Attribute("tabindex", "0"), Attribute("role", "region"), Attribute("aria-label", label),
                  tag::code(text));
}

std::string proof_line(const audit::ParagraphStanding& standing, model::Language language) {
  const model::Paragraph& paragraph = *standing.paragraph;
  if (standing.state == model::State::unproven && paragraph.proof == model::ProofKind::attested)
    return say(phrases::no_attestation_yet, language);
  if (paragraph.controls.empty() && paragraph.probes.empty()) return say(phrases::no_control_yet, language);
  return say(phrases::kind_of_proof, language, {std::string(name(paragraph.proof, language))});
}

Html margin(const View& view, const audit::ParagraphStanding& standing, const std::string& number,
            model::Language language) {
  Html lines = tag::p(badge(standing.state, language));
  lines.add(tag::p(class_("aside"), proof_line(standing, language)));
  if (const audit::ProbeRun* run = newest_run(standing); run != nullptr)
    lines.add(tag::p(class_("aside"), checked_of(run->started, view.now, language)));
  for (const audit::ProbeStanding& probe : standing.probes)
    if (probe.last && probe.last->evidence)
      lines.add(tag::p(class_("aside"), evidence_of(probe.last->evidence, language)));
  return tag::aside(class_("margin"),
                    Attribute("aria-label", say(phrases::state_of_paragraph, language, {number})), lines);
}

Html evidence_of(const std::optional<model::LeafIndex>& leaf, model::Language language) {
  if (!leaf) return say(phrases::no_evidence, language);
  return tag::a(href(evidence_address(language, *leaf)),
                say(phrases::evidence_link, language, {std::to_string(leaf->value)}));
}

}  // namespace art32::portal
