#include "annex/check_controls.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "model/text_template.h"

namespace art32::annex {
namespace {

using model::Control;
using model::PromiseUse;

const Control* find_control(std::span<const Control> controls, std::string_view id) {
  const auto found = std::find_if(controls.begin(), controls.end(),
                                  [&](const Control& control) { return control.id == id; });
  return found == controls.end() ? nullptr : &*found;
}

bool reads(const Control& control, std::string_view measure, std::string_view promise) {
  return std::any_of(control.reads.begin(), control.reads.end(),
                     [&](const PromiseUse& use) { return use.measure == measure && use.promise == promise; });
}

// Nothing if the paragraph names none, or one that isn't known.
std::vector<const Control*> keepers(const model::Paragraph& paragraph, std::span<const Control> controls) {
  std::vector<const Control*> found;
  for (const std::string& id : paragraph.controls) {
    found.push_back(find_control(controls, id));
    if (found.back() == nullptr) return {};
  }
  return found;
}

std::set<std::string> placeholders(const model::Paragraph& paragraph) {
  std::set<std::string> names;
  for (const model::Language language : model::languages)
    if (const auto parts = model::parse_template(paragraph.text.in(language)))
      for (const model::TemplatePart& part : *parts)
        if (!part.name.empty()) names.insert(part.name);
  return names;
}

void check_value(const Control& control, const PromiseUse& use, const model::Promise& promise,
                 const Place& place, std::vector<Finding>& findings) {
  Report report(place.file, findings);
  if (promise.type != model::type_of(use.values))
    report.add(place.line,
               fmt::format("the promise {} of {} is a {}, but the control {} reads a {}", use.promise,
                           use.measure, name(promise.type), control.id, name(model::type_of(use.values))),
               fmt::format("write it with type = \"{}\"", name(model::type_of(use.values))));
  else if (!model::keeps(use.values, promise))
    report.add(place.line,
               fmt::format("the promise {} of {} is {}, which the control {} can't keep", use.promise,
                           use.measure, model::canonical(promise), control.id),
               fmt::format("write {}", model::describe(use.values)));
}

void check_read(const model::Annex& annex, const Control& control, const PromiseUse& use,
                const Places& places, std::vector<Finding>& findings) {
  const auto promise_place = places.find(fmt::format("{}/{}", use.measure, use.promise));
  const model::Measure* measure = annex.measure(use.measure);
  const model::Promise* promise = measure == nullptr ? nullptr : measure->promise(use.promise);
  if (promise != nullptr) return check_value(control, use, *promise, promise_place->second, findings);
  if (promise_place != places.end()) return;
  const auto measure_place = places.find(use.measure);
  const Place place = measure_place != places.end() ? measure_place->second : Place{"document.toml", 0};
  Report(place.file, findings)
      .add(place.line,
           fmt::format("{} lacks the promise {}, which the control {} reads", use.measure, use.promise,
                       control.id),
           fmt::format("add {} = {{ type = \"{}\", value = ... }} to its [measure.promise]", use.promise,
                       name(model::type_of(use.values))));
}

}  // namespace

void check_keepers(const std::string& measure, const std::vector<LinedParagraph>& paragraphs,
                   std::span<const Control> controls, const Places& places, Report& report) {
  for (const LinedParagraph& entry : paragraphs) {
    const std::vector<const Control*> named = keepers(entry.paragraph, controls);
    if (named.empty()) continue;
    for (const std::string& promise : placeholders(entry.paragraph)) {
      const bool is_kept = std::any_of(named.begin(), named.end(), [&](const Control* control) {
        return reads(*control, measure, promise);
      });
      // An unknown placeholder has its finding already.
      if (is_kept || !places.contains(measure + "/" + promise)) continue;
      report.add(entry.german_line,
                 fmt::format("nobody keeps {{{}}} of {}: none of the controls that it names reads it",
                             promise, entry.name(measure)),
                 "name a control that reads it, or promise it in a paragraph of its own with controls = []");
    }
  }
}

void check_reads(const model::Annex& annex, std::span<const Control> controls, const Places& places,
                 std::vector<Finding>& findings) {
  for (const Control& control : controls)
    for (const PromiseUse& use : control.reads)
      check_read(annex, control, use, places, findings);
}

}  // namespace art32::annex
