#include <algorithm>
#include <cctype>
#include <filesystem>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

struct Link {
  std::string target;
  int line = 0;
};

// [text](target) outside of fenced blocks and inline code.
std::vector<Link> links_of(std::string_view text) {
  std::vector<Link> links;
  bool in_fence = false;
  int number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    if (line.starts_with("```")) in_fence = !in_fence;
    if (in_fence) continue;
    for (auto at = line.find("]("); at != line.npos; at = line.find("](", at + 1)) {
      if (std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), '`') % 2 == 1) continue;
      const auto end = line.find(')', at);
      if (end != line.npos) links.push_back({std::string(line.substr(at + 2, end - at - 2)), number});
    }
  }
  return links;
}

// Also of the letters with an accent, whose second octet follows 0xC3 in UTF-8.
char lower_case(char before, char letter) {
  const auto octet = static_cast<unsigned char>(letter);
  if (static_cast<unsigned char>(before) == 0xC3 && octet >= 0x80 && octet <= 0x9E)
    return static_cast<char>(octet + 0x20);
  return octet < 0x80 ? static_cast<char>(std::tolower(octet)) : letter;
}

// The anchor that a heading gets where Markdown is shown: lower case, spaces as
// hyphens, other punctuation dropped.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  char before = ' ';
  for (const char letter : heading) {
    if (letter == ' ' || letter == '-') {
      anchor += '-';
    } else if (is_word_letter(letter) || static_cast<unsigned char>(letter) >= 0x80) {
      anchor += lower_case(before, letter);
    }
    before = letter;
  }
  return anchor;
}

bool has_anchor(const SourceFile& file, std::string_view anchor) {
  for (auto line : lines_of(file.text)) {
    if (!line.starts_with('#')) continue;
    line.remove_prefix(std::min(line.find_first_not_of('#'), line.size()));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (anchor_of(line) == anchor) return true;
  }
  return false;
}

bool leads_outside(std::string_view target) {
  return target.starts_with("http:") || target.starts_with("https:") || target.starts_with("mailto:") ||
         target.starts_with('<');
}

bool exists(const Repository& repository, std::string path) {
  while (path.ends_with('/'))
    path.pop_back();
  if (path.empty() || path == ".") return true;
  return std::any_of(repository.files.begin(), repository.files.end(),
                     [&](const auto& file) { return file.path == path || file.is_below(path); });
}

void check_link(const Repository& repository, const SourceFile& file, const Link& link, Findings& findings) {
  const auto hash = link.target.find('#');
  const auto relative = link.target.substr(0, hash);
  const auto folder = std::filesystem::path(file.path).parent_path();
  const auto path = relative.empty() ? file.path : (folder / relative).lexically_normal().generic_string();
  if (!exists(repository, path)) {
    findings.push_back({file.path, link.line, link.target + " leads nowhere"});
    return;
  }
  if (hash == link.target.npos || !path.ends_with(".md")) return;
  const auto* target = repository.find(path);
  if (target != nullptr && !has_anchor(*target, std::string_view(link.target).substr(hash + 1)))
    findings.push_back({file.path, link.line, link.target + ": no such heading"});
}

std::string project_version(const Repository& repository) {
  const auto* list = repository.find("CMakeLists.txt");
  if (list == nullptr) return {};
  const std::string_view mark = "project(art32 VERSION ";
  const auto at = list->text.find(mark);
  if (at == list->text.npos) return {};
  const auto from = at + mark.size();
  return list->text.substr(from, list->text.find_first_of(" )", from) - from);
}

}  // namespace

Findings check_links(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (file.extension() != ".md") continue;
    for (const auto& link : links_of(file.text))
      if (!leads_outside(link.target)) check_link(repository, file, link, findings);
  }
  return findings;
}

Findings check_change_log(const Repository& repository) {
  const auto version = project_version(repository);
  const auto* log = repository.find("CHANGELOG.md");
  if (log == nullptr) return {{"CHANGELOG.md", 0, "missing"}};
  for (const auto line : lines_of(log->text)) {
    if (!line.starts_with("## ")) continue;
    if (!version.empty() && line.find(version) != line.npos) return {};
    return {{"CHANGELOG.md", 0, "its first version is not the project's, " + version}};
  }
  return {{"CHANGELOG.md", 0, "names no version"}};
}

// A row "| `base/` | ..." for each room, in the order of the table, and no other.
Findings check_architecture(const Repository& repository) {
  const auto* page = repository.find("ARCHITECTURE.md");
  if (page == nullptr) return {{"ARCHITECTURE.md", 0, "missing"}};
  std::vector<std::string> described;
  for (const auto line : lines_of(page->text)) {
    const auto end = line.find("/` |");
    if (line.starts_with("| `") && end != line.npos) described.emplace_back(line.substr(3, end - 3));
  }
  std::vector<std::string> expected;
  for (const auto& room : repository.rooms())
    expected.push_back(room.name);
  if (described == expected) return {};
  return {{page->path, 0, "its table of rooms is not the one of CMakeLists.txt"}};
}

}  // namespace art32::tidy
