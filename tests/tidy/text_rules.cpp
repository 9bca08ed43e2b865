#include <algorithm>
#include <array>
#include <cctype>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

constexpr std::array text_extensions = {".cpp", ".h",  ".md",  ".sh",   ".toml", ".cmake",   ".css",
                                        ".js",  ".go", ".yml", ".html", ".mjs",  ".service", ".txt"};

bool is_ours(const SourceFile& file) {
  return file.path.find("/vendor/") == file.path.npos && !file.is_below("fuzz/corpus");
}

bool is_text(const SourceFile& file) {
  if (!is_ours(file)) return false;
  if (file.path == "dev" || file.path == ".ci/run") return true;
  return std::find(text_extensions.begin(), text_extensions.end(), file.extension()) != text_extensions.end();
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return lower;
}

// Split in two, so that this file doesn't contain them.
constexpr std::array unfinished_marks = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X",
    "HA"
    "CK"};

// In lower case. Paths of one machine, hosts of package registries, writing helpers.
constexpr std::array forbidden_words = {
    "/wo"
    "rk/",
    "/ho"
    "me/",
    "registry.np"
    "mjs",
    "deb.deb"
    "ian.org",
    "proxy.gol"
    "ang.org",
    "py"
    "pi.org",
    "as an"
    " ai",
    "language"
    " model",
    "chat"
    "gpt",
    "cla"
    "ude",
    "open"
    "ai",
    "co"
    "pilot"};

}  // namespace

Findings check_header_openings(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (file.extension() != ".h") continue;
    const auto lines = lines_of(file.text);
    std::size_t comment = 0;
    while (comment < lines.size() && lines[comment].starts_with("//"))
      ++comment;
    if (comment < 2)
      findings.push_back({file.path, 1, "opens with " + std::to_string(comment) + " lines of comment"});
    std::size_t next = comment;
    while (next < lines.size() && lines[next].empty())
      ++next;
    if (next == lines.size() || lines[next] != "#pragma once")
      findings.push_back(
          {file.path, static_cast<int>(next + 1), "#pragma once must follow the opening comment"});
  }
  return findings;
}

Findings check_white_space(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!is_text(file) || file.text.empty()) continue;
    int number = 0;
    for (const auto line : lines_of(file.text)) {
      ++number;
      const bool may_tab = file.extension() == ".go";
      if (!may_tab && line.find('\t') != line.npos) findings.push_back({file.path, number, "tab"});
      if (line.ends_with(' ') || line.ends_with('\r'))
        findings.push_back({file.path, number, "trailing white space"});
    }
    if (file.text.back() != '\n') findings.push_back({file.path, number, "no end of line at the end"});
    if (file.text.ends_with("\n\n")) findings.push_back({file.path, number, "empty line at the end"});
  }
  return findings;
}

Findings check_unfinished_marks(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!is_text(file)) continue;
    for (const std::string_view mark : unfinished_marks)
      for (const auto at : find_word(file.text, mark))
        findings.push_back({file.path, line_at(file.text, at), std::string(mark)});
  }
  return findings;
}

Findings check_forbidden_words(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!is_ours(file) || file.path == "LICENSE") continue;
    const auto text = lower_case(file.text);
    for (const std::string_view word : forbidden_words)
      for (const auto at : find_word(text, word))
        findings.push_back({file.path, line_at(text, at), std::string(word)});
  }
  return findings;
}

}  // namespace art32::tidy
