#include "portal/icons.h"

#include <fmt/core.h>

#include "portal/tags.h"

namespace art32::portal {

namespace {

Html path(std::string_view data, std::string_view classes = "line") {
  return tag::path(class_(classes), Attribute("d", data));
}

Html disc(std::string_view classes) {
  return tag::circle(class_(classes), Attribute("cx", "8"), Attribute("cy", "8"), Attribute("r", "7"));
}

Html dot(double x, double y, std::string_view classes) {
  return tag::circle(class_(classes), Attribute("cx", fmt::format("{}", x)),
                     Attribute("cy", fmt::format("{}", y)), Attribute("r", "2.3"));
}

Html drawing(Symbol symbol) {
  switch (symbol) {
    case Symbol::check:
      return together(disc("solid"), path("M4.8 8.3 7 10.5l4.3-4.8", "cut"));
    case Symbol::cross:
      return together(path("M4.9 1h6.2L15 4.9v6.2L11.1 15H4.9L1 11.1V4.9z", "solid"),
                      path("M5.6 5.6l4.8 4.8m0-4.8-4.8 4.8", "cut"));
    case Symbol::dashed:
      return together(
          tag::circle(class_("line dash"), Attribute("cx", "8"), Attribute("cy", "8"), Attribute("r", "6.2")),
          path("M5.5 8h5"));
    case Symbol::clock:
      return together(disc("line thin"), path("M8 4.5V8l2.4 1.6"));
    case Symbol::half:
      return together(disc("line thin"), path("M8 1a7 7 0 0 1 0 14z", "solid"));
    case Symbol::warning:
      return together(path("M8 1.2 15.4 14.6H.6z", "solid"), path("M8 6v4m0 2v.3", "cut"));
    case Symbol::arrow:
      return path("M3 8h10M9 4l4 4-4 4");
    case Symbol::back:
      return path("M13 8H3m4 4L3 8l4-4");
    case Symbol::file:
      return path("M8 2v8m-3.5-3.2L8 10.3l3.5-3.5M2.5 13.5h11");
    case Symbol::mark:
      return together(path("M8 3.4 3.6 12.4M8 3.4l4.4 9", "twig"), path("M5.8 7.9h4.4", "twig"),
                      dot(8, 3.1, "solid"), dot(3.3, 12.7, "solid"), dot(12.7, 12.7, "leaf"));
  }
  return {};
}

std::string_view word_of(model::State state) {
  return name(state);
}
std::string_view word_of(model::Verdict verdict) {
  return name(verdict);
}

template <class Judgement>
Html badge_of(Judgement judgement, model::Language language) {
  return tag::span(class_("badge is-" + std::string(word_of(judgement))), icon(symbol_of(judgement)),
                   tag::span(name(judgement, language)));
}

}  // namespace

Html icon(Symbol symbol, std::string_view extra_class) {
  std::string classes = "icon";
  if (!extra_class.empty()) classes += " " + std::string(extra_class);
  return tag::svg(class_(classes), Attribute("viewBox", "0 0 16 16"), Attribute("width", "16"),
                  Attribute("height", "16"), Attribute("aria-hidden", "true"),
                  Attribute("focusable", "false"), drawing(symbol));
}

Symbol symbol_of(model::State state) {
  switch (state) {
    case model::State::kept:
      return Symbol::check;
    case model::State::broken:
      return Symbol::cross;
    case model::State::unproven:
      return Symbol::dashed;
  }
  return Symbol::dashed;
}

Symbol symbol_of(model::Verdict verdict) {
  switch (verdict) {
    case model::Verdict::pass:
      return Symbol::check;
    case model::Verdict::fail:
      return Symbol::cross;
    case model::Verdict::error:
      return Symbol::warning;
    case model::Verdict::stale:
      return Symbol::clock;
    case model::Verdict::waived:
      return Symbol::half;
  }
  return Symbol::warning;
}

Html badge(model::State state, model::Language language) {
  return badge_of(state, language);
}
Html badge(model::Verdict verdict, model::Language language) {
  return badge_of(verdict, language);
}

}  // namespace art32::portal
