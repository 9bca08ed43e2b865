#include "portal/trail_values.h"

#include <algorithm>

#include "annex/word_difference.h"
#include "portal/phrases_trail.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {
namespace {

using art32::annex::WordRun;
using model::Language;

constexpr std::size_t open_octets = 400;  // stand there at once
constexpr std::size_t shown_octets = 8'000;
constexpr std::size_t compared_octets = 4'000;

// No code point is cut in two.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U)
    --most;
  return text.substr(0, most);
}

Html long_text(std::string_view text, Language language) {
  const std::string_view shown = beginning(text, shown_octets);
  Html rest;
  if (shown.size() < text.size())
    rest = tag::p(class_("aside"),
                  say(phrases::value_cut, language, {grouped(text.size() - shown.size(), language)}));
  return together(
      tag::span(class_("value"), visible(beginning(text, open_octets)), "…"),
      tag::details(tag::summary(say(phrases::value_whole, language, {grouped(text.size(), language)})),
                   tag::span(class_("value"), visible(shown)), rest));
}

Html stands_for(const Phrase& words, Language language, const std::vector<std::string>& values = {}) {
  return tag::em(class_("stands"), say(words, language, values));
}

Html plain(const TrailValue& value, Language language) {
  using enum TrailValue::Kind;
  switch (value.kind) {
    case text:
      if (value.text.empty()) return stands_for(phrases::value_empty, language);
      if (value.text.size() > open_octets) return long_text(value.text, language);
      return tag::span(class_("value"), visible(value.text));
    case null:
      return stands_for(phrases::value_null, language);
    case octets:
      return stands_for(phrases::value_octets, language, {grouped(value.size, language)});
    case digest:
      return stands_for(phrases::value_digest, language, {grouped(value.size, language)});
    case secret:
      return stands_for(phrases::value_secret, language);
    case unsent:
      return stands_for(phrases::value_unsent, language);
    case unkept:
      return stands_for(phrases::value_unkept, language);
    case erased:
      return stands_for(phrases::value_erased, language);
    case missing:
      return stands_for(phrases::value_missing, language);
  }
  return {};
}

Html spoken(const Phrase& words, Language language) {
  return tag::span(class_("spoken"), say(words, language), " ");
}

Html marked(const std::vector<WordRun>& runs, Language language) {
  std::vector<Html> pieces;
  for (const WordRun& run : runs) {
    const std::string text = visible(run.text);
    if (run.kind == WordRun::Kind::common) pieces.emplace_back(text);
    if (run.kind == WordRun::Kind::removed)
      pieces.push_back(tag::del_(spoken(phrases::trail_before_word, language), text));
    if (run.kind == WordRun::Kind::added)
      pieces.push_back(tag::ins(spoken(phrases::trail_after_word, language), text));
  }
  return tag::span(class_("value"), pieces);
}

// Whether marking words in one text reads better than one text behind the other.
bool share_words(const std::vector<WordRun>& runs) {
  std::size_t common = 0, all = 0;
  for (const WordRun& run : runs) {
    const auto letters = static_cast<std::size_t>(
        std::ranges::count_if(run.text, [](char each) { return each != ' ' && each != '\n'; }));
    all += letters;
    if (run.kind == WordRun::Kind::common) common += letters;
  }
  return common * 4 >= all;
}

}  // namespace

std::string shortened(std::string_view text, std::size_t most) {
  const std::string_view shown = beginning(text, most);
  return visible(shown) + (shown.size() < text.size() ? "…" : "");
}

Html value_html(const TrailValue& value, Language language) {
  const bool is_known = value.kind == TrailValue::Kind::text || value.kind == TrailValue::Kind::null;
  if (!value.is_personal || !is_known) return plain(value, language);
  return together(plain(value, language), " ",
                  tag::small(class_("aside"), "(" + say(phrases::value_person, language) + ")"));
}

bool ValueChanges::take_from_budget(const TrailColumn& column) {
  using enum TrailValue::Kind;
  if (column.before->kind != text || column.after->kind != text) return false;
  const std::size_t before = column.before->text.size(), after = column.after->text.size();
  if (before > compared_octets || after > compared_octets) return false;
  const std::uint64_t cost = std::uint64_t{before} * after;
  if (cost > left_) return false;
  left_ -= cost;
  return true;
}

Html ValueChanges::words(const TrailColumn& column) {
  if (!take_from_budget(column)) return {};
  const auto runs = annex::compare_words(column.before->text, column.after->text);
  return share_words(runs) ? marked(runs, language_) : Html();
}

Html ValueChanges::html(const TrailColumn& column) {
  if (!column.before) return value_html(*column.after, language_);
  if (!column.after || !column.has_changed) return value_html(*column.before, language_);
  // A secret that changed is one word, not two.
  if (*column.before == *column.after) return value_html(*column.after, language_);
  if (Html marked = words(column); !marked.empty()) return marked;
  return together(
      tag::del_(spoken(phrases::trail_before_word, language_), value_html(*column.before, language_)),
      tag::span(Attribute("aria-hidden", "true"), " → "),
      tag::ins(spoken(phrases::trail_after_word, language_), value_html(*column.after, language_)));
}

}  // namespace art32::portal
