#include "audit/probes/sentences.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace art32::audit {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 6> entities{
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&#x27;", '\''}}};

constexpr std::string_view opening = R"(<span class="sentence" data-paragraph=")";

// The value of a line `key = "value"`; empty for any other line.
std::string_view quoted_value(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return {};
  line = base::trim(line.substr(key.size()));
  if (!line.starts_with('=')) return {};
  line = base::trim(line.substr(1));
  if (line.size() < 2 || line.front() != '"') return {};
  const std::size_t end = line.find('"', 1);
  return end == std::string_view::npos ? std::string_view() : line.substr(1, end - 1);
}

}  // namespace

std::string resolve_entities(std::string_view html) {
  std::string text;
  while (!html.empty()) {
    bool resolved = false;
    if (html.front() == '&')
      for (const auto& [entity, character] : entities)
        if (html.starts_with(entity)) {
          text += character;
          html.remove_prefix(entity.size());
          resolved = true;
          break;
        }
    if (resolved) continue;
    text += html.front();
    html.remove_prefix(1);
  }
  return text;
}

std::string collapse_spaces(std::string_view text) {
  std::string collapsed;
  for (const char c : base::trim(text)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      collapsed += c;
    else if (collapsed.back() != ' ')
      collapsed += ' ';
  }
  return collapsed;
}

std::vector<Sentence> extract_sentences(std::string_view html) {
  std::vector<Sentence> sentences;
  for (std::size_t at = html.find(opening); at != std::string_view::npos; at = html.find(opening, at)) {
    at += opening.size();
    const std::size_t quote = html.find('"', at);
    if (quote == std::string_view::npos) break;
    const std::size_t open_end = html.find('>', quote);
    if (open_end == std::string_view::npos) break;
    const std::size_t close = html.find("</span>", open_end);
    if (close == std::string_view::npos) break;
    sentences.push_back({resolve_entities(html.substr(at, quote - at)),
                         collapse_spaces(resolve_entities(html.substr(open_end + 1, close - open_end - 1)))});
    at = close;
  }
  return sentences;
}

std::vector<std::string> paragraphs_of_file(std::string_view toml) {
  enum class Inside { elsewhere, measure, paragraph } inside = Inside::elsewhere;
  std::vector<std::string> paragraphs;
  std::string measure;
  for (std::string_view line : base::split(toml, '\n')) {
    line = base::trim(line);
    if (line.starts_with('[')) {
      inside = line.starts_with("[[measure]]")             ? Inside::measure
               : line.starts_with("[[measure.paragraph]]") ? Inside::paragraph
                                                           : Inside::elsewhere;
      continue;
    }
    const std::string_view id = quoted_value(line, "id");
    if (id.empty()) continue;
    if (inside == Inside::measure) measure = id;
    if (inside == Inside::paragraph) paragraphs.push_back(measure + "/" + std::string(id));
  }
  return paragraphs;
}

}  // namespace art32::audit
