#include "portal/chart.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "portal/phrases.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

constexpr int slots = 30;
constexpr int slot_width = 16;
constexpr int base_line = 76;
constexpr int tallest = 56;

std::string number(int value) {
  return std::to_string(value);
}

Html head_of(model::Verdict verdict, int x, int y) {
  if (verdict == model::Verdict::pass)
    return tag::circle(class_("is-pass"), Attribute("cx", number(x)), Attribute("cy", number(y)),
                       Attribute("r", "4"));
  const std::string name_class = "is-" + std::string(name(verdict)) + " stroke";
  return tag::path(class_(name_class), Attribute("d", fmt::format("M{} {}l8 8m0-8-8 8", x - 4, y - 4)));
}

Html run_bar(const audit::ProbeRun& run, int slot, std::chrono::microseconds longest) {
  const int x = slot * slot_width + slot_width / 2;
  const auto share = longest.count() > 0 ? run.took.count() * tallest / longest.count() : 0;
  const int top = base_line - std::max(4, static_cast<int>(share));
  const std::string name_class = "is-" + std::string(name(run.verdict)) + " stem";
  return together(tag::line(class_(name_class), Attribute("x1", number(x)), Attribute("x2", number(x)),
                            Attribute("y1", number(base_line)), Attribute("y2", number(top))),
                  head_of(run.verdict, x, top - 6));
}

}  // namespace

Html run_chart(const std::string& probe, const std::vector<audit::ProbeRun>& runs, model::Language language) {
  ART32_ASSERT(!runs.empty());
  const auto count = static_cast<int>(std::min<std::size_t>(runs.size(), slots));
  std::chrono::microseconds longest{0};
  int passed = 0;
  for (int index = 0; index < count; ++index) {
    longest = std::max(longest, runs[static_cast<std::size_t>(index)].took);
    passed += runs[static_cast<std::size_t>(index)].verdict == model::Verdict::pass ? 1 : 0;
  }
  std::vector<Html> bars;
  for (int index = 0; index < count; ++index)
    bars.push_back(run_bar(runs[static_cast<std::size_t>(index)], count - 1 - index, longest));
  const std::string title = say(phrases::chart_title, language, {probe});
  const std::string description =
      say(phrases::chart_description, language,
          {number(count), number(passed), number(count - passed), elapsed(longest, language)});
  return tag::svg(class_("chart"), Attribute("role", "img"), Attribute("aria-labelledby", "chart-" + probe),
                  Attribute("aria-describedby", "chart-text-" + probe),
                  Attribute("viewBox", fmt::format("0 0 {} {}", slots * slot_width, base_line + 4)),
                  tag::svg_title(id("chart-" + probe), title),
                  tag::desc(id("chart-text-" + probe), description),
                  tag::line(class_("axis"), Attribute("x1", "0"), Attribute("x2", number(slots * slot_width)),
                            Attribute("y1", number(base_line)), Attribute("y2", number(base_line))),
                  bars);
}

}  // namespace art32::portal
