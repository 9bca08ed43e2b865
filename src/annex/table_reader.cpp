#include "annex/table_reader.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace art32::annex {
namespace {

// Levenshtein's distance; keys are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view key, std::span<const std::string_view> known) {
  if (key.size() > 64) return {};
  for (const std::string_view candidate : known)
    if (distance(key, candidate) <= 2) return fmt::format("did you mean {}? ", candidate);
  return {};
}

std::string printable(std::string_view key) {
  std::string shown(key.substr(0, 64));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  return base::is_utf8(shown) ? shown : std::string("?");
}

}  // namespace

TableReader::TableReader(const Node& table, int line, std::string place, Report& report)
    : table_(table), line_(line), place_(std::move(place)), report_(report) {}

int TableReader::line_of(std::string_view key) const {
  const Member* member = table_.find(key);
  return member == nullptr ? line_ : member->line;
}

bool TableReader::holds(std::string_view key, Node::Kind kind) const {
  const Member* member = table_.find(key);
  return member != nullptr && member->value.kind == kind;
}

const Node* TableReader::get(std::string_view key, Node::Kind kind, Need need) {
  const Member* member = table_.find(key);
  if (member == nullptr) {
    if (need == Need::required)
      report_.add(line_, fmt::format("{} lacks {}", place_, key),
                  fmt::format("write {} = {}", key, name(kind)));
    return nullptr;
  }
  if (member->value.kind != kind) {
    report_.add(member->line, fmt::format("{} of {} is {}", key, place_, name(member->value.kind)),
                fmt::format("write {}", name(kind)));
    return nullptr;
  }
  return &member->value;
}

std::string TableReader::text(std::string_view key, std::size_t limit, Need need, Braces braces) {
  const Node* node = get(key, Node::Kind::text, need);
  if (node == nullptr) return {};
  if (node->text.empty() && need == Need::optional) return {};
  const std::string place = fmt::format("{} of {}", key, place_);
  if (!report_.check_text(line_of(key), place, node->text, limit)) return {};
  if (braces == Braces::refused && node->text.find_first_of("{}") != std::string::npos) {
    report_.add(line_of(key), fmt::format("{} has a brace, but only paragraphs have placeholders", place),
                "write it without { and }, or say the promise in a paragraph");
    return {};
  }
  return node->text;
}

model::Text TableReader::both(std::string_view key, std::size_t limit, Need need) {
  const Node* node = get(key, Node::Kind::table, need);
  if (node == nullptr) return {};
  TableReader reader(*node, line_of(key), fmt::format("{} of {}", key, place_), report_);
  reader.allow_only({"de", "en"});
  return reader.twins(limit, Braces::refused);
}

model::Text TableReader::twins(std::size_t limit, Braces braces) {
  const auto side = [&](std::string_view key, std::string_view language) -> std::string {
    const Member* member = table_.find(key);
    const bool empty =
        member != nullptr && member->value.kind == Node::Kind::text && base::trim(member->value.text).empty();
    if (member != nullptr && !empty) return text(key, limit, Need::required, braces);
    report_.add(empty ? member->line : line_, fmt::format("{} has no {} text", place_, language),
                fmt::format("write {} = \"...\", so that both languages say the same", key));
    return {};
  };
  std::string german = side("de", "German");
  return {std::move(german), side("en", "English")};
}

std::vector<std::string> TableReader::texts(std::string_view key) {
  std::vector<std::string> all;
  const Node* node = get(key, Node::Kind::list);
  if (node == nullptr) return all;
  for (const Node& element : node->elements) {
    if (element.kind != Node::Kind::text) {
      report_.add(element.line, fmt::format("{} of {} contains {}", key, place_, name(element.kind)),
                  "write each entry as a text in quotes");
    } else if (std::find(all.begin(), all.end(), element.text) != all.end()) {
      report_.add(element.line, fmt::format("{} of {} names {} twice", key, place_, printable(element.text)),
                  "remove one");
    } else {
      all.push_back(element.text);
    }
  }
  return all;
}

base::Instant TableReader::date(std::string_view key) {
  const Node* node = get(key, Node::Kind::date);
  return node == nullptr ? base::Instant{} : node->date;
}

void TableReader::allow_only(std::span<const std::string_view> keys) {
  for (const Member& member : table_.members) {
    if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) continue;
    std::string known;
    for (const std::string_view key : keys)
      known += (known.empty() ? "" : ", ") + std::string(key);
    report_.add(member.line, fmt::format("{} doesn't know the key {}", place_, printable(member.key)),
                fmt::format("{}known here: {}", nearest(member.key, keys), known));
  }
}

}  // namespace art32::annex
