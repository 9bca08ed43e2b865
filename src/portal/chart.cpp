#include "portal/chart.h"

#include <fmt/core.h>

#include <set>

#include "base/assert.h"
#include "portal/phrases.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

constexpr int most_slots = 30;
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

struct Summary {
  int count = 0;
  int passed = 0;
  std::chrono::microseconds longest{0};
  std::set<model::Verdict> verdicts;
};

Summary summarise(const std::vector<audit::ProbeRun>& runs) {
  Summary summary;
  for (const audit::ProbeRun& run : runs) {
    if (summary.count == most_slots) break;
    ++summary.count;
    summary.longest = std::max(summary.longest, run.took);
    summary.passed += run.verdict == model::Verdict::pass ? 1 : 0;
    summary.verdicts.insert(run.verdict);
  }
  return summary;
}

// The axis is as long as there are runs, so that few of them don't look like a gap.
Html drawing(const std::string& probe, const std::vector<audit::ProbeRun>& runs, const Summary& summary,
             model::Language language) {
  std::vector<Html> bars;
  for (int index = 0; index < summary.count; ++index)
    bars.push_back(
        run_bar(runs[static_cast<std::size_t>(index)], summary.count - 1 - index, summary.longest));
  const int width = summary.count * slot_width;
  const int height = base_line + 4;
  const std::string title = say(phrases::chart_title, language, {probe});
  const std::string description =
      say(phrases::chart_description, language,
          {number(summary.count), number(summary.passed), number(summary.count - summary.passed),
           elapsed(summary.longest, language)});
  return tag::svg(
      class_("chart"), Attribute("role", "img"), Attribute("aria-labelledby", "chart-" + probe),
      Attribute("aria-describedby", "chart-text-" + probe), Attribute("width", number(width)),
      Attribute("height", number(height)), Attribute("viewBox", fmt::format("0 0 {} {}", width, height)),
      tag::svg_title(id("chart-" + probe), title), tag::desc(id("chart-text-" + probe), description),
      tag::line(class_("axis"), Attribute("x1", "0"), Attribute("x2", number(width)),
                Attribute("y1", number(base_line)), Attribute("y2", number(base_line))),
      bars);
}

// The signs that occur, and what the height says.
Html legend(const Summary& summary, model::Language language) {
  std::vector<Html> items;
  for (const model::Verdict verdict : summary.verdicts)
    items.push_back(
        tag::li(tag::svg(class_("key"), Attribute("viewBox", "0 0 12 12"), Attribute("aria-hidden", "true"),
                         Attribute("focusable", "false"), head_of(verdict, 6, 6)),
                " ", name(verdict, language)));
  items.push_back(tag::li(say(phrases::chart_height, language, {elapsed(summary.longest, language)})));
  return tag::ul(class_("legend"), items);
}

Html time_span(const std::vector<audit::ProbeRun>& runs, const Summary& summary, model::Language language) {
  const base::Instant last = runs.front().started;
  const base::Instant first = runs[static_cast<std::size_t>(summary.count - 1)].started;
  if (summary.count == 1) return tag::p(time_of(last, language));
  return tag::p(time_of(first, language), " – ", time_of(last, language));
}

}  // namespace

Html run_chart(const std::string& probe, const std::vector<audit::ProbeRun>& runs, model::Language language) {
  ART32_ASSERT(!runs.empty());
  const Summary summary = summarise(runs);
  return tag::figure(
      class_("runs"), drawing(probe, runs, summary, language),
      tag::figcaption(class_("aside"), time_span(runs, summary, language), legend(summary, language)));
}

}  // namespace art32::portal
