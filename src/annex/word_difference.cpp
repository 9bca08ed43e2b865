#include "annex/word_difference.h"

#include <algorithm>
#include <cstdint>

namespace art32::annex {
namespace {

using Kind = WordRun::Kind;
using Words = std::vector<std::string_view>;

// Above this many cells two texts count as entirely different.
constexpr std::size_t table_cells = 8'000'000;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Words, runs of blanks, and single marks.
Words words(std::string_view text) {
  Words all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (is_letter(text[at]))
      while (end < text.size() && is_letter(text[end]))
        ++end;
    else if (is_blank(text[at]))
      while (end < text.size() && is_blank(text[end]))
        ++end;
    all.push_back(text.substr(at, end - at));
    at = end;
  }
  return all;
}

// Puts single words together into runs.
class Runs {
 public:
  void add(Kind kind, std::string_view word) {
    if (kind == Kind::common) {
      // Blanks between two changes belong to both, or every second run would be a blank.
      if (is_blank(word.front()) && !(removed_.empty() && added_.empty())) {
        held_ += word;
        return;
      }
      flush();
      append(Kind::common, word);
      return;
    }
    removed_ += held_;
    added_ += held_;
    held_.clear();
    (kind == Kind::removed ? removed_ : added_) += word;
  }

  std::vector<WordRun> take() {
    flush();
    return std::move(runs_);
  }

 private:
  void flush() {
    append(Kind::removed, removed_);
    append(Kind::added, added_);
    append(Kind::common, held_);
    removed_.clear();
    added_.clear();
    held_.clear();
  }

  void append(Kind kind, std::string_view text) {
    if (text.empty()) return;
    if (runs_.empty() || runs_.back().kind != kind) runs_.push_back({kind, {}});
    runs_.back().text += text;
  }

  std::vector<WordRun> runs_;
  std::string removed_, added_, held_;
};

// lengths[i][j]: of the longest common subsequence of before[i..] and after[j..].
class Lengths {
 public:
  Lengths(const Words& before, const Words& after)
      : columns_(after.size() + 1), cells_((before.size() + 1) * columns_, 0) {
    for (std::size_t i = before.size(); i-- > 0;)
      for (std::size_t j = after.size(); j-- > 0;)
        cell(i, j) =
            before[i] == after[j] ? cell(i + 1, j + 1) + 1 : std::max(cell(i + 1, j), cell(i, j + 1));
  }

  std::uint32_t at(std::size_t i, std::size_t j) const { return cells_[i * columns_ + j]; }

 private:
  std::uint32_t& cell(std::size_t i, std::size_t j) { return cells_[i * columns_ + j]; }

  std::size_t columns_;
  std::vector<std::uint32_t> cells_;
};

void walk(const Words& before, const Words& after, Runs& runs) {
  if ((before.size() + 1) * (after.size() + 1) > table_cells) {
    for (const std::string_view word : before)
      runs.add(Kind::removed, word);
    for (const std::string_view word : after)
      runs.add(Kind::added, word);
    return;
  }
  const Lengths lengths(before, after);
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      runs.add(Kind::common, before[i]);
      ++i, ++j;
    } else if (j == after.size() || (i < before.size() && lengths.at(i + 1, j) >= lengths.at(i, j + 1))) {
      runs.add(Kind::removed, before[i++]);
    } else {
      runs.add(Kind::added, after[j++]);
    }
  }
}

}  // namespace

std::vector<WordRun> compare_words(std::string_view before, std::string_view after) {
  Runs runs;
  walk(words(before), words(after), runs);
  return runs.take();
}

}  // namespace art32::annex
