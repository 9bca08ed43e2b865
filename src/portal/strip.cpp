#include "portal/strip.h"

#include <fmt/core.h>

#include "portal/phrases.h"
#include "portal/tags.h"

namespace art32::portal {

namespace {

constexpr int bar_width = 14;
constexpr int gap = 4;
constexpr int section_gap = 14;
constexpr int height = 56;

Html number_attribute_rect(int x, int y, int width, int tall, std::string_view classes) {
  return tag::rect(class_(classes), Attribute("x", std::to_string(x)), Attribute("y", std::to_string(y)),
                   Attribute("width", std::to_string(width)), Attribute("height", std::to_string(tall)),
                   Attribute("rx", "2"));
}

// Kept stands full, broken is cut in two, unproven is an outline that fills with
// what is proven of it.
Html bar(int x, const audit::MeasureStanding& standing) {
  switch (standing.state) {
    case model::State::kept:
      return number_attribute_rect(x, 0, bar_width, height, "is-kept");
    case model::State::broken:
      return together(number_attribute_rect(x, 0, bar_width, height / 2 - 4, "is-broken"),
                      number_attribute_rect(x, height / 2 + 4, bar_width, height / 2 - 4, "is-broken"));
    case model::State::unproven:
      break;
  }
  const Html outline = number_attribute_rect(x + 1, 1, bar_width - 2, height - 2, "is-unproven");
  const auto all = static_cast<int>(standing.paragraphs.size());
  const int filled = all == 0 ? 0 : height * static_cast<int>(kept_paragraphs(standing)) / all;
  if (filled == 0) return outline;
  return together(outline, number_attribute_rect(x, height - filled, bar_width, filled, "is-kept"));
}

}  // namespace

Html strip(const View& view, model::Language language) {
  std::vector<Html> bars;
  int x = 0;
  std::size_t section = 0;
  for (const Place& place : view.places) {
    if (section != 0) x += place.section == section ? gap : section_gap;
    section = place.section;
    bars.push_back(bar(x, *place.standing));
    x += bar_width;
  }
  std::size_t kept = 0;
  std::size_t all = 0;
  for (const Place& place : view.places) {
    kept += kept_paragraphs(*place.standing);
    all += place.standing->paragraphs.size();
  }
  const Counts counts = view.counts();
  const std::string label =
      say(phrases::state_strip, language,
          {std::to_string(counts.kept), std::to_string(counts.broken), std::to_string(counts.unproven)});
  return tag::figure(class_("strip"),
                     tag::svg(Attribute("role", "img"), Attribute("aria-label", label),
                              Attribute("viewBox", fmt::format("0 0 {} {}", std::max(x, 1), height)),
                              Attribute("preserveAspectRatio", "none"), bars),
                     tag::figcaption(class_("aside"), say(phrases::strip_caption, language,
                                                          {std::to_string(kept), std::to_string(all)})));
}

}  // namespace art32::portal
