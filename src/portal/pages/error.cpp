// What went wrong, in the frame of the site or, without a View, on its own.
#include "net/http.h"
#include "portal/icons.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"

namespace art32::portal::pages {

ErrorWords words_of(int status) {
  switch (status) {
    case 401:
      return {phrases::error_401, phrases::hint_401};
    case 403:
      return {phrases::error_403, phrases::hint_403};
    case 404:
      return {phrases::error_404, phrases::hint_404};
    case 405:
      return {phrases::error_405, phrases::hint_405};
    case 503:
      return {phrases::error_503, phrases::hint_503};
    default:
      break;
  }
  if (status >= 500) return {phrases::error_500, phrases::hint_500};
  return {phrases::error_400, phrases::hint_400};
}

namespace {

Html bare_side(int status, model::Language language, const Element& heading) {
  const ErrorWords words = words_of(status);
  return tag::div(lang(model::tag(language)), heading(say(words.title, language)),
                  tag::p(say(words.hint, language)));
}

}  // namespace

std::string error(const View& view, int status, model::Language language, const ErrorWords& words) {
  PageHead head;
  head.language = language;
  head.title = say(words.title, language);
  head.description = say(words.hint, language);
  head.is_indexed = false;
  const std::string kicker = std::to_string(status) + " " + std::string(net::reason_phrase(status));
  return page(view, head,
              together(page_title(tag::span(lang("en"), kicker), head.title, head.description),
                       tag::p(class_("actions"),
                              onward(address(language, ""), say(phrases::to_overview, language)))));
}

std::string bare_error(const Assets& assets, int status) {
  const std::string kicker = std::to_string(status) + " " + std::string(net::reason_phrase(status));
  return document(tag::html(
      lang("de"),
      tag::head(tag::meta(Attribute("charset", "utf-8")), tag::title(kicker),
                tag::meta(Attribute("name", "viewport"),
                          Attribute("content", "width=device-width, initial-scale=1")),
                tag::meta(Attribute("name", "robots"), Attribute("content", "noindex")),
                tag::link(Attribute("rel", "stylesheet"), href(assets.address("style.css"))),
                tag::link(Attribute("rel", "icon"), href(assets.address("mark.svg")),
                          Attribute("type", "image/svg+xml"))),
      tag::body(tag::main_part(class_("bar bare"), tag::p(class_("kicker"), lang("en"), kicker),
                               bare_side(status, model::Language::german, tag::h1),
                               bare_side(status, model::Language::english, tag::h2),
                               tag::p(class_("actions"), onward("/de/", "Zum Überblick"),
                                      tag::a(lang("en"), class_("onward"), href("/en/"),
                                             tag::span("To the overview"), icon(Symbol::arrow)))))));
}

}  // namespace art32::portal::pages
