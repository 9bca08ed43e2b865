#include "tests/tidy/code_text.h"
#include "tests/tidy/rules.h"

namespace art32::tidy {
namespace {

constexpr std::size_t file_lines = 500;
constexpr int function_lines = 60;

bool is_counted(const SourceFile& file) {
  const auto extension = file.extension();
  return file.is_code() || extension == ".sh" || extension == ".js" || extension == ".mjs" ||
         extension == ".go" || extension == ".cmake" || extension == ".css" || file.path == "dev";
}

}  // namespace

Findings check_file_length(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!is_counted(file) || file.path.find("/vendor/") != file.path.npos) continue;
    const auto lines = lines_of(file.text).size();
    if (lines > file_lines)
      findings.push_back({file.path, 0, std::to_string(lines) + " lines: split it by idea"});
  }
  return findings;
}

Findings check_function_length(const Repository& repository) {
  Findings findings;
  for (const auto& file : repository.files) {
    if (!file.is_code()) continue;
    for (const auto& function : functions_of(file.text)) {
      const int lines = function.last_line - function.first_line + 1;
      if (lines < function_lines || function.is_table) continue;
      const auto name = function.head.substr(0, function.head.find('\n'));
      findings.push_back({file.path, function.first_line, std::to_string(lines) + " lines: " + name});
    }
  }
  return findings;
}

}  // namespace art32::tidy
