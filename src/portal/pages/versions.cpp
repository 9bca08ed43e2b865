// The published versions of the annex, one of them, and what changed between two.
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/validity.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

using art32::annex::Change;
using art32::annex::Difference;
using art32::annex::Version;
using art32::annex::WordRun;

std::string version_address(model::Language language, const std::string& version) {
  return address(language, "versions/" + version);
}

Row version_row(const View& view, std::size_t index, model::Language language) {
  const Version& version = view.versions[index];
  Html changes = say(phrases::first_version, language);
  if (index + 1 < view.versions.size()) {
    const std::string& before = view.versions[index + 1].version;
    changes = tag::a(href(version_address(language, before + ".." + version.version)),
                     say(phrases::compare_with, language, {before}));
  }
  return Row({tag::a(href(version_address(language, version.version)), version.version),
              day_of(version.published, language), effective_of(view, version, language), changes,
              tag::a(href(evidence_address(language, version.evidence)),
                     say(phrases::evidence_link, language, {std::to_string(version.evidence.value)}))});
}

Html clauses(const model::Annex& text, model::Language language) {
  std::vector<Html> parts;
  std::size_t section_number = 0;
  for (const model::Section& section : text.sections) {
    ++section_number;
    std::vector<Html> measures;
    for (const model::Measure& measure : section.measures) {
      const std::string label = std::to_string(section_number) + "." + std::to_string(measures.size() + 1);
      std::vector<Html> paragraphs;
      for (const model::Paragraph& paragraph : measure.paragraphs)
        paragraphs.push_back(tag::div(
            class_("clause"), tag::span(class_("label"), label + "." + std::to_string(paragraphs.size() + 1)),
            tag::p(class_("text"), model::fill(measure, paragraph, language))));
      measures.push_back(tag::section(
          class_("measure"), tag::h3(tag::span(class_("label"), label), " ", measure.title.in(language)),
          paragraphs));
    }
    parts.push_back(tag::section(
        class_("part"),
        tag::h2(tag::span(class_("label"), std::to_string(section_number)), " ", section.title.in(language)),
        measures));
  }
  return tag::div(parts);
}

Html words(const std::vector<WordRun>& runs, model::Language language, model::Language page_language) {
  std::vector<Html> pieces;
  const auto spoken = [&](const Phrase& phrase) {
    return tag::span(class_("spoken"), say(phrase, page_language));
  };
  for (const WordRun& run : runs) {
    switch (run.kind) {
      case WordRun::Kind::common:
        pieces.emplace_back(run.text);
        break;
      case WordRun::Kind::removed:
        pieces.push_back(tag::del_(spoken(phrases::removed_before), run.text));
        break;
      case WordRun::Kind::added:
        pieces.push_back(tag::ins(spoken(phrases::added_before), run.text));
        break;
    }
  }
  return tag::p(lang(model::tag(language)), pieces);
}

Phrase change_word(Change change) {
  switch (change) {
    case Change::added:
      return phrases::change_added;
    case Change::removed:
      return phrases::change_removed;
    case Change::changed:
      return phrases::change_changed;
  }
  return phrases::change_changed;
}

std::string_view change_class(Change change) {
  switch (change) {
    case Change::added:
      return "change is-added";
    case Change::removed:
      return "change is-removed";
    case Change::changed:
      return "change is-changed";
  }
  return "change";
}

Html change(const View& view, const Difference& difference, model::Language language) {
  std::string where =
      difference.measure.empty() ? say(phrases::whole_document, language) : difference.measure;
  if (!difference.paragraph.empty()) where += "/" + difference.paragraph;
  const Place* place = view.place(difference.measure);
  const Html heading =
      place == nullptr ? Html(where) : together(place->label() + " " + place->measure().title.in(language));
  return tag::section(class_(change_class(difference.change)), tag::h2(heading),
                      tag::p(class_("aside"), say(change_word(difference.change), language) + " · ",
                             difference.measure.empty() ? Html() : together(tag::code(where), " · "),
                             tag::code(difference.subject)),
                      tag::div(class_("twin"), words(difference.german, model::Language::german, language),
                               words(difference.english, model::Language::english, language)));
}

PageHead head_of(const std::string& slug, const std::string& title, model::Language language) {
  PageHead head;
  head.language = language;
  head.slug = slug;
  head.title = title;
  head.description = say(phrases::versions_lead, language);
  head.area = Area::versions;
  return head;
}

Html back_to_versions(model::Language language) {
  return tag::a(href(address(language, "versions")), say(phrases::versions_title, language));
}

}  // namespace

std::string versions(const View& view, model::Language language) {
  std::vector<Row> rows;
  for (std::size_t index = 0; index < view.versions.size(); ++index)
    rows.push_back(version_row(view, index, language));
  const std::string title = say(phrases::versions_title, language);
  const Html listed = rows.empty()
                          ? tag::p(class_("notice"), say(phrases::no_versions, language))
                          : table(say(phrases::versions_caption, language),
                                  {say(phrases::version, language), say(phrases::published, language),
                                   say(phrases::effective, language), say(phrases::changes, language),
                                   say(phrases::evidence, language)},
                                  rows);
  return page(
      view, head_of("versions", title, language),
      together(page_title(say(phrases::annex_of, language), title, say(phrases::versions_lead, language)),
               listed));
}

std::string version(const View& view, const Version& version, const model::Annex& text,
                    model::Language language) {
  const std::string title = say(phrases::version_title, language, {version.version});
  return page(
      view, head_of("versions/" + version.version, title, language),
      tag::article(
          class_("annex"),
          page_title(back_to_versions(language), title, say(phrases::version_note, language)),
          terms({{say(phrases::published, language), time_of(version.published, language)},
                 {say(phrases::effective, language), effective_of(view, version, language)},
                 {say(phrases::evidence, language),
                  tag::a(href(evidence_address(language, version.evidence)),
                         say(phrases::evidence_link, language, {std::to_string(version.evidence.value)}))},
                 {say(phrases::digest, language), tag::code(version.digest)}},
                "facts"),
          tag::p(class_("preamble"), text.document.preamble.in(language)), clauses(text, language)));
}

std::string difference(const View& view, const Version& before, const Version& after,
                       const std::vector<Difference>& differences, model::Language language) {
  const std::string title = say(phrases::difference_title, language, {before.version, after.version});
  std::vector<Html> changes;
  for (const Difference& one : differences)
    changes.push_back(change(view, one, language));
  if (changes.empty()) changes.push_back(tag::p(class_("notice"), say(phrases::no_differences, language)));
  return page(
      view, head_of("versions/" + before.version + ".." + after.version, title, language),
      tag::article(class_("differences"),
                   page_title(back_to_versions(language), title, say(phrases::difference_legend, language)),
                   changes));
}

}  // namespace art32::portal::pages
