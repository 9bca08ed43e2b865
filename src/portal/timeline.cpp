#include "portal/timeline.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "portal/phrases_trail.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {
namespace {

using namespace std::chrono_literals;
using model::Language;

constexpr int most_bars = 60;
constexpr int width = 720, base_line = 110, tallest = 96;

struct Unit {
  std::chrono::minutes length;
  Phrase name;
};
constexpr Unit units[] = {{1min, phrases::timeline_minute},    {60min, phrases::timeline_hour},
                          {24h, phrases::timeline_day},        {7 * 24h, phrases::timeline_week},
                          {30 * 24h, phrases::timeline_month}, {365 * 24h, phrases::timeline_year}};

struct Bar {
  std::uint64_t known = 0, unknown = 0;
  std::uint64_t all() const { return known + unknown; }
};

struct Bars {
  const Unit* unit = nullptr;
  std::int64_t first = 0, last = 0;  // units since 1970
  std::map<std::int64_t, Bar> bars;
  Bar sum;
  std::int64_t highest = 0;
  base::Instant from, to;
};

std::int64_t place_of(base::Instant at, const Unit& unit) {
  return std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count() / unit.length.count();
}

// The shortest unit of which there aren't too many.
const Unit& unit_for(base::Instant from, base::Instant to) {
  for (const Unit& unit : units)
    if (place_of(to, unit) - place_of(from, unit) < most_bars) return unit;
  return units[std::size(units) - 1];
}

std::optional<Bars> count(const std::vector<TrailEvent>& events) {
  Bars bars;
  bool is_first = true;
  for (const TrailEvent& event : events) {
    if (!event.at) continue;
    bars.from = is_first ? *event.at : std::min(bars.from, *event.at);
    bars.to = is_first ? *event.at : std::max(bars.to, *event.at);
    is_first = false;
  }
  if (is_first) return std::nullopt;
  bars.unit = &unit_for(bars.from, bars.to);
  bars.first = place_of(bars.from, *bars.unit);
  bars.last = place_of(bars.to, *bars.unit);
  for (const TrailEvent& event : events) {
    if (!event.at) continue;
    Bar& bar = bars.bars[place_of(*event.at, *bars.unit)];
    ++(event.actor.empty() ? bar.unknown : bar.known);
    ++(event.actor.empty() ? bars.sum.unknown : bars.sum.known);
  }
  bars.highest =
      std::ranges::max_element(bars.bars, {}, [](const auto& each) { return each.second.all(); })->first;
  return bars;
}

Html part(std::string_view kind, double x, double bar_width, double y, double height) {
  if (height <= 0) return {};
  return tag::rect(class_(kind), Attribute("x", fmt::format("{:.1f}", x)),
                   Attribute("y", fmt::format("{:.1f}", y)),
                   Attribute("width", fmt::format("{:.1f}", bar_width)),
                   Attribute("height", fmt::format("{:.1f}", height)));
}

Html drawn(const Bars& bars) {
  const auto count = static_cast<double>(bars.last - bars.first + 1);
  const double slot = std::min(width / count, 40.0);
  const auto most = static_cast<double>(bars.bars.at(bars.highest).all());
  std::vector<Html> all;
  for (const auto& [place, bar] : bars.bars) {
    const double x = slot * static_cast<double>(place - bars.first) + slot * 0.1;
    // What is there is seen, however little it is.
    const auto height = [&](std::uint64_t value) {
      return value == 0 ? 0.0 : std::max(3.0, tallest * static_cast<double>(value) / most);
    };
    const double known = height(bar.known), unknown = height(bar.unknown);
    all.push_back(part("known", x, slot * 0.8, base_line - known, known));
    all.push_back(part("unknown", x, slot * 0.8, base_line - known - unknown, unknown));
  }
  return all;
}

Html legend(const Bars& bars, Counted counted, Language language) {
  const auto key = [&](std::string_view kind, const Phrase& meaning) {
    return tag::li(
        tag::svg(class_("key"), Attribute("viewBox", "0 0 14 14"), Attribute("aria-hidden", "true"),
                 Attribute("focusable", "false"), part(kind, 1, 12, 1, 12)),
        " ", say(meaning, language));
  };
  Html items;
  if (bars.sum.known > 0) items.add(key("known", phrases::timeline_known));
  if (bars.sum.unknown > 0) items.add(key("unknown", phrases::trail_unknown));
  items.add(
      tag::li(say(phrases::timeline_most, language, {grouped(bars.bars.at(bars.highest).all(), language)})));
  Html note;
  if (counted == Counted::part)
    note = tag::p(say(phrases::timeline_part, language, {grouped(bars.sum.all(), language)}));
  return together(tag::ul(class_("legend"), items), note);
}

}  // namespace

Html timeline(const std::vector<TrailEvent>& events, Counted counted, Language language) {
  const std::optional<Bars> bars = count(events);
  if (!bars) return {};
  const base::Instant most(std::chrono::minutes(bars->highest * bars->unit->length.count()));
  const std::string title = say(phrases::timeline_title, language, {say(bars->unit->name, language)});
  const std::string description =
      say(phrases::timeline_description, language,
          {grouped(bars->sum.all(), language), moment(bars->from, language), moment(bars->to, language),
           grouped(bars->sum.known, language), grouped(bars->sum.unknown, language),
           grouped(bars->bars.at(bars->highest).all(), language), moment(most, language)});
  return tag::figure(
      class_("timeline"),
      tag::svg(
          Attribute("role", "img"), Attribute("aria-labelledby", "timeline-title"),
          Attribute("aria-describedby", "timeline-text"),
          Attribute("viewBox", fmt::format("0 0 {} {}", width, base_line + 4)),
          tag::svg_title(id("timeline-title"), title), tag::desc(id("timeline-text"), description),
          tag::line(class_("axis"), Attribute("x1", "0"), Attribute("x2", std::to_string(width)),
                    Attribute("y1", std::to_string(base_line)), Attribute("y2", std::to_string(base_line))),
          drawn(*bars)),
      tag::figcaption(class_("aside"),
                      tag::p(title + ", ", time_of(bars->from, language), " – ", time_of(bars->to, language)),
                      legend(*bars, counted, language)));
}

}  // namespace art32::portal
