// The annex with each sentence's state beside it, and the two languages side by side.
#include "portal/icons.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/validity.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

std::string anchor(const model::Measure& measure, const model::Paragraph& paragraph) {
  return measure.id + "/" + paragraph.id;
}

std::string language_name(model::Language named, model::Language language) {
  return say(named == model::Language::german ? phrases::german : phrases::english, language);
}

Html contact(const model::Contact& contact) {
  Html html = together(contact.name, tag::br(), tag::a(href("mailto:" + contact.email), contact.email));
  if (!contact.phone.empty()) html.add(tag::br()).add(contact.phone);
  return html;
}

Html data(const View& view, model::Language language) {
  const model::Document& document = view.document();
  const model::Company& company = document.company;
  return terms({{say(phrases::processor, language),
                 together(company.name, tag::br(), company.street, tag::br(),
                          company.postcode + " " + company.city, tag::br(), company.country.in(language))},
                {say(phrases::contact_protection, language), contact(document.data_protection)},
                {say(phrases::contact_security, language), contact(document.security)},
                {say(phrases::version, language), document.version},
                {say(phrases::as_of_label, language), day_of(document.as_of, language)},
                {say(phrases::effective, language),
                 view.versions.empty() ? day_of(document.effective, language)
                                       : effective_of(view, view.versions.front(), language)},
                {say(phrases::binding_language, language), language_name(document.binding, language)}},
               "data");
}

// Where what is shown isn't what applies.
Html future_notice(const View& view, model::Language language) {
  const Html today = applies_today(view, language);
  if (today.empty()) return {};
  const art32::annex::Version& newest = view.versions.front();
  return tag::p(class_("notice is-future"),
                say(phrases::shown_is_future, language, {newest.version, day(newest.effective, language)}),
                " ", today, ".");
}

Html documents(model::Language language) {
  return tag::nav(class_("actions"), Attribute("aria-label", say(phrases::documents, language)),
                  download(address(language, "annex.pdf"), say(phrases::as_pdf, language)),
                  download("/annex.json", say(phrases::as_json, language)),
                  onward(address(language, "annex/parallel"), say(phrases::side_by_side, language)),
                  onward(address(language, "versions"), say(phrases::history, language)));
}

Html contents(const View& view, model::Language language) {
  std::vector<Html> items;
  for (const model::Section& section : view.annex().sections) {
    const Counts counts = view.counts(section);
    const model::State state = counts.state();
    const std::string kept =
        say(phrases::kept_of, language, {std::to_string(counts.kept), std::to_string(counts.all())});
    const std::string spoken = say(phrases::contents_state, language, {std::string(name(state, language))});
    items.push_back(tag::li(tag::a(href("#" + section.id), section.title.in(language)),
                            tag::span(class_("aside is-" + std::string(name(state))), kept, " ",
                                      icon(symbol_of(state)), tag::span(class_("spoken"), spoken))));
  }
  return tag::nav(class_("contents"), Attribute("aria-labelledby", "contents"),
                  tag::h2(id("contents"), say(phrases::contents, language)), tag::ol(items));
}

Html paragraph(const View& view, const Place& place, std::size_t number, model::Language language) {
  const audit::ParagraphStanding& standing = place.standing->paragraphs[number];
  const std::string where = anchor(place.measure(), *standing.paragraph);
  const std::string label = place.label() + "." + std::to_string(number + 1);
  return tag::div(
      class_("clause"), id(where), tag::a(class_("label"), href("#" + where), label),
      tag::p(class_("text"), tag::span(class_("sentence"), Attribute("data-paragraph", where),
                                       model::fill(place.measure(), *standing.paragraph, language))),
      margin(view, standing, label, language));
}

Html measure_block(const View& view, const Place& place, model::Language language) {
  std::vector<Html> paragraphs;
  for (std::size_t number = 0; number < place.standing->paragraphs.size(); ++number)
    paragraphs.push_back(paragraph(view, place, number, language));
  const std::string title = place.measure().title.in(language);
  return tag::section(class_("measure is-" + std::string(name(place.standing->state))),
                      id(place.measure().id),
                      tag::h3(tag::span(class_("label"), place.label()), " ",
                              tag::a(href(measure_address(language, place.measure().id)), title)),
                      paragraphs);
}

Html section_block(const View& view, const model::Section& section, std::size_t number,
                   model::Language language) {
  std::vector<Html> blocks;
  for (const Place& place : view.places)
    if (place.in == &section) blocks.push_back(measure_block(view, place, language));
  const std::string& introduction = section.introduction.in(language);
  return tag::section(
      class_("part"), id(section.id),
      tag::h2(tag::span(class_("label"), std::to_string(number)), " ", section.title.in(language)),
      introduction.empty() ? Html() : tag::p(class_("introduction"), introduction), blocks);
}

Html twin(const model::Measure& measure, const model::Paragraph& paragraph, const std::string& label) {
  std::vector<Html> sides;
  for (model::Language side : model::languages)
    sides.push_back(tag::p(lang(model::tag(side)), model::fill(measure, paragraph, side)));
  return tag::div(class_("twin"), tag::span(class_("label"), label), sides);
}

Html twin_heading(const Element& heading, const model::Text& title, const std::string& label) {
  return heading(class_("twin"), tag::span(class_("label"), label), tag::span(lang("de"), title.german),
                 tag::span(lang("en"), title.english));
}

}  // namespace

std::string annex(const View& view, model::Language language) {
  const model::Document& document = view.document();
  PageHead head;
  head.language = language;
  head.slug = "annex";
  head.title = document.title.in(language);
  head.description = document.subtitle.in(language);
  head.area = Area::annex;
  std::vector<Html> sections;
  for (const model::Section& section : view.annex().sections)
    sections.push_back(section_block(view, section, sections.size() + 1, language));
  return page(
      view, head,
      tag::article(class_("annex"),
                   page_title(say(phrases::annex_kicker, language,
                                  {document.company.name, document.version, day(document.as_of, language)}),
                              document.title.in(language), document.subtitle.in(language)),
                   future_notice(view, language), documents(language), data(view, language),
                   tag::p(class_("notice"), document.translation_notice.in(language)),
                   contents(view, language), tag::p(class_("preamble"), document.preamble.in(language)),
                   sections));
}

std::string parallel(const View& view, model::Language language) {
  const model::Document& document = view.document();
  PageHead head;
  head.language = language;
  head.slug = "annex/parallel";
  head.title = say(phrases::side_by_side, language);
  head.description = document.subtitle.in(language);
  head.area = Area::annex;
  std::vector<Html> rows;
  for (const Place& place : view.places) {
    if (place.number == 1)
      rows.push_back(twin_heading(tag::h2, place.in->title, std::to_string(place.section)));
    rows.push_back(twin_heading(tag::h3, place.measure().title, place.label()));
    std::size_t number = 0;
    for (const model::Paragraph& paragraph : place.measure().paragraphs)
      rows.push_back(twin(place.measure(), paragraph, place.label() + "." + std::to_string(++number)));
  }
  const std::string lead = say(phrases::parallel_lead, language, {language_name(document.binding, language)});
  return page(
      view, head,
      tag::article(class_("parallel"),
                   page_title(say(phrases::annex_of, language), say(phrases::side_by_side, language), lead),
                   rows));
}

}  // namespace art32::portal::pages
