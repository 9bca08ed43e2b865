#include <algorithm>
#include <map>

#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

constexpr std::string_view unnamed = "(unnamed)";

// "Check" of `struct Check {` and `class Check : public Base {`; empty where none is defined.
// A type within a type stands indented: its name is no other's.
std::string_view defined_type(std::string_view line) {
  for (const std::string_view keyword : {"struct ", "class ", "union ", "enum class ", "enum "}) {
    if (!line.starts_with(keyword)) continue;
    const std::string_view rest = line.substr(keyword.size());
    const auto length =
        static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_word_letter) - rest.begin());
    const std::string_view after = rest.substr(length);
    if (after.starts_with(" {") || after.starts_with(" : ") || after.starts_with(" final"))
      return rest.substr(0, length);
  }
  return {};
}

struct Definition {
  std::string type;  // with its namespaces
  int line = 0;
};

// What other files could take for their own: not what an unnamed namespace holds.
std::vector<Definition> definitions_of(const SourceFile& file) {
  const std::string code = without_comments_and_literals(file.text);
  const auto code_lines = lines_of(code), lines = lines_of(file.text);
  std::vector<Definition> definitions;
  std::vector<std::string_view> spaces;
  for (std::size_t index = 0; index < code_lines.size(); ++index) {
    const std::string_view line = code_lines[index];
    if (line == "namespace {") {
      spaces.push_back(unnamed);
    } else if (line.starts_with("namespace ") && line.ends_with(" {")) {
      spaces.push_back(line.substr(10, line.size() - 12));
    } else if (lines[index].starts_with("}  // namespace") && !spaces.empty()) {
      spaces.pop_back();
    } else if (const auto type = defined_type(line);
               !type.empty() && std::find(spaces.begin(), spaces.end(), unnamed) == spaces.end()) {
      std::string name;
      for (const std::string_view space : spaces)
        name.append(space).append("::");
      definitions.push_back({name.append(type), static_cast<int>(index + 1)});
    }
  }
  return definitions;
}

}  // namespace

// Two types of one name are one to the linker, which then keeps either's functions for both
// ([basic.def.odr]); no compiler sees it, a sanitizer only where their sizes differ.
Findings check_type_names(const Repository& repository) {
  Findings findings;
  std::map<std::string, std::string> homes;
  for (const auto& file : repository.files) {
    if (!file.is_code()) continue;
    for (const Definition& each : definitions_of(file)) {
      const auto [home, is_new] = homes.emplace(each.type, file.path);
      if (!is_new)
        findings.push_back({file.path, each.line, each.type + " is also defined in " + home->second});
    }
  }
  return findings;
}

}  // namespace art32::tidy
