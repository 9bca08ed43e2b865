#include "annex/check_placeholders.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "model/text_template.h"

namespace art32::annex {
namespace {

using Names = std::set<std::string, std::less<>>;

std::string list(const Names& names) {
  std::string all;
  for (const std::string& name : names)
    all += (all.empty() ? "" : ", ") + std::string("{") + name + "}";
  return all.empty() ? "none" : all;
}

// The numbers written out in a text, sorted: "Art. 28 Abs. 2" and "Art. 28(2)" have the same.
std::vector<std::string> numbers(const std::string& text) {
  std::vector<std::string> found;
  const auto parts = model::parse_template(text);
  if (!parts) return found;
  for (const model::TemplatePart& part : *parts) {
    bool inside = false;
    for (const char c : part.literal) {
      const bool digit = c >= '0' && c <= '9';
      if (digit && !inside) found.emplace_back();
      if (digit) found.back() += c;
      inside = digit;
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Checker {
 public:
  Checker(const std::string& measure, const Places& places, Report& report)
      : measure_(measure), places_(places), report_(report) {}

  void check(const LinedParagraph& entry) {
    bool complete = true;
    const Names german = names(entry, model::Language::german, complete);
    const Names english = names(entry, model::Language::english, complete);
    if (complete && german != english)
      report_.add(entry.english_line,
                  fmt::format("the twins of {} promise different things: de has {}, en has {}",
                              entry.name(measure_), list(german), list(english)),
                  "use the same placeholders in both texts");
    if (complete && numbers(entry.paragraph.text.german) != numbers(entry.paragraph.text.english))
      report_.add(entry.english_line,
                  fmt::format("the twins of {} contain different numbers", entry.name(measure_)),
                  "write the same numbers in both texts, or make them a promise");
  }

  void check_unused() {
    const std::string prefix = measure_ + "/";
    for (auto at = places_.lower_bound(prefix); at != places_.end() && at->first.starts_with(prefix); ++at) {
      const std::string name = at->first.substr(prefix.size());
      if (!used_.contains(name) && model::is_name(name))
        report_.add(at->second.line, fmt::format("no paragraph of {} says the promise {}", measure_, name),
                    fmt::format("write {{{}}} where the texts promise it, or remove the promise", name));
    }
  }

 private:
  Names names(const LinedParagraph& entry, model::Language language, bool& complete) {
    Names found;
    const bool german = language == model::Language::german;
    const int line = german ? entry.german_line : entry.english_line;
    const std::string place =
        fmt::format("{} text of {}", german ? "the German" : "the English", entry.name(measure_));
    const std::string& text = entry.paragraph.text.in(language);
    const auto parts = model::parse_template(text);
    if (!parts) report_.add(line, fmt::format("{}: {}", place, parts.error().what), parts.error().mend);
    if (!parts || text.empty()) {
      complete = false;
      return found;
    }
    for (const model::TemplatePart& part : *parts) {
      if (part.name.empty()) continue;
      found.insert(part.name);
      used_.insert(part.name);
      if (!places_.contains(measure_ + "/" + part.name))
        report_.add(line, fmt::format("{} has the unknown placeholder {{{}}}", place, part.name),
                    fmt::format("add the promise {} to [measure.promise], or mend its name", part.name));
      if (part.form == model::Form::dative && !german)
        report_.add(line, fmt::format("{} asks for a dative", place), fmt::format("write {{{}}}", part.name));
    }
    return found;
  }

  const std::string& measure_;
  const Places& places_;
  Report& report_;
  Names used_;
};

}  // namespace

void check_placeholders(const std::string& measure, const std::vector<LinedParagraph>& paragraphs,
                        const Places& places, Report& report) {
  Checker checker(measure, places, report);
  for (const LinedParagraph& entry : paragraphs)
    checker.check(entry);
  checker.check_unused();
}

}  // namespace art32::annex
