// The frame of the operators' pages: head, masthead with the way between them, footer.
#include "base/version.h"
#include "portal/icons.h"
#include "portal/layout.h"
#include "portal/operators.h"
#include "portal/phrases_operators.h"
#include "portal/phrases_trail.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {
namespace {

using model::Language;

constexpr std::string_view renew_seconds = "10";

Html language_switch(const OperatorsFrame& frame) {
  std::vector<Html> choices;
  for (const Language each : model::languages)
    choices.push_back(tag::li(tag::a(href(address(each, frame.slug)), lang(model::tag(each)),
                                     Attribute("hreflang", model::tag(each)),
                                     each == frame.language ? Attribute("aria-current", "true") : Attribute{},
                                     std::string(phrases::this_language.in(each)))));
  return tag::nav(class_("languages"), Attribute("aria-label", say(phrases::language_switch, frame.language)),
                  tag::ul(choices));
}

Html navigation(const OperatorsFrame& frame) {
  if (!frame.has_trail_pages) return {};
  const auto link = [&](OperatorsArea area, std::string_view slug, const Phrase& name) {
    return tag::li(tag::a(href(address(frame.language, slug)),
                          area == frame.area ? Attribute("aria-current", "page") : Attribute{},
                          say(name, frame.language)));
  };
  return tag::nav(class_("pages"), Attribute("aria-label", say(phrases::operators_pages, frame.language)),
                  tag::ul(link(OperatorsArea::gateway, "", phrases::gateway_title),
                          link(OperatorsArea::trail, "trail", phrases::trail_title)));
}

Html head(const Assets& assets, const OperatorsFrame& frame) {
  const auto named = [](std::string_view name, std::string_view value) {
    return tag::meta(Attribute("name", name), Attribute("content", value));
  };
  // What is about this moment renews itself; each look at a trail is a person's own.
  const Html renewal = frame.area == OperatorsArea::gateway ? tag::meta(Attribute("http-equiv", "refresh"),
                                                                        Attribute("content", renew_seconds))
                                                            : Html();
  return tag::head(tag::meta(Attribute("charset", "utf-8")), tag::title(frame.title + " · art32"),
                   named("viewport", "width=device-width, initial-scale=1"),
                   named("color-scheme", "light dark"), named("robots", "noindex"), renewal,
                   tag::link(Attribute("rel", "stylesheet"), href(assets.address("style.css"))),
                   tag::link(Attribute("rel", "stylesheet"), href(assets.address("operators.css"))),
                   tag::link(Attribute("rel", "icon"), href(assets.address("mark.svg")),
                             Attribute("type", "image/svg+xml")));
}

}  // namespace

std::string operators_frame(const Assets& assets, base::Instant now, const OperatorsFrame& frame,
                            const Html& main) {
  const Language language = frame.language;
  return document(tag::html(
      lang(model::tag(language)), head(assets, frame),
      tag::body(
          tag::a(class_("skip"), href("#content"), say(phrases::skip, language)),
          tag::header(class_("masthead"), tag::div(class_("bar"),
                                                   tag::a(class_("brand"), href(address(language, "")),
                                                          icon(Symbol::mark, "mark"), tag::span("art32")),
                                                   navigation(frame), language_switch(frame))),
          tag::main_part(id("content"), Attribute("tabindex", "-1"), class_("bar"), main),
          tag::footer(
              class_("foot"),
              tag::div(class_("bar imprint"),
                       tag::p(tag::time(Attribute("datetime", base::rfc3339_seconds(now)),
                                        say(phrases::foot_rendered, language, {moment(now, language)}))),
                       tag::p(say(phrases::foot_software, language, {base::version()})))))));
}

}  // namespace art32::portal
