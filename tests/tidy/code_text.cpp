#include "tests/tidy/code_text.h"

#include <algorithm>
#include <cctype>

namespace art32::tidy {
namespace {

void blank(std::string& code, std::size_t from, std::size_t to) {
  for (std::size_t at = from; at < std::min(to, code.size()); ++at)
    if (code[at] != '\n') code[at] = ' ';
}

std::size_t end_of(std::string_view text, std::string_view mark, std::size_t from) {
  const auto place = text.find(mark, from);
  return place == text.npos ? text.size() : place + mark.size();
}

std::size_t end_of_quoted(std::string_view text, std::size_t open) {
  std::size_t at = open + 1;
  while (at < text.size() && text[at] != text[open] && text[at] != '\n')
    at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

bool opens_raw_string(std::string_view text, std::size_t quote) {
  if (quote == 0 || text[quote - 1] != 'R') return false;
  return quote == 1 || !is_word_letter(text[quote - 2]);
}

std::size_t end_of_raw_string(std::string_view text, std::size_t quote) {
  const auto open = text.find('(', quote);
  if (open == text.npos) return text.size();
  return end_of(text, ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"", open);
}

bool is_digit_separator(std::string_view text, std::size_t quote) {
  return quote > 0 && std::isxdigit(static_cast<unsigned char>(text[quote - 1])) != 0;
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || !is_word_letter(text[word.size()]));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.remove_suffix(1);
  return text;
}

enum class Brace { container, function, initialiser };

// What a brace at namespace or class level opens, by the text since the last
// statement or block. `=` outside of parentheses makes it an initialiser.
Brace brace_kind(std::string_view head, char before) {
  head = trimmed(head);
  while (starts_with_word(head, "template") || starts_with_word(head, "export")) {
    int depth = 0;
    std::size_t at = head.find('<');
    if (at == head.npos) break;
    for (; at < head.size(); ++at) {
      depth += head[at] == '<' ? 1 : head[at] == '>' ? -1 : 0;
      if (depth == 0) break;
    }
    head = trimmed(head.substr(std::min(at + 1, head.size())));
  }
  for (const auto word : {"namespace", "class", "struct", "union", "enum", "extern", "inline namespace"})
    if (starts_with_word(head, word)) return Brace::container;
  if (head.find(')') == head.npos) return Brace::initialiser;
  int depth = 0;
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '(') ++depth;
    if (head[at] == ')') --depth;
    if (depth == 0 && head[at] == '=' && head.find("operator") == head.npos) return Brace::initialiser;
  }
  return before == ' ' || before == '\n' ? Brace::function : Brace::initialiser;
}

std::size_t matching_brace(std::string_view code, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    depth += code[at] == '{' ? 1 : code[at] == '}' ? -1 : 0;
    if (depth == 0) return at;
  }
  return code.size() - 1;
}

bool is_table(std::string_view body) {
  body = trimmed(body);
  if (!body.starts_with("return {") || !body.ends_with("};")) return false;
  return matching_brace(body, 7) == body.size() - 2;
}

std::size_t first_letter(std::string_view code, std::size_t from) {
  while (from < code.size() && std::isspace(static_cast<unsigned char>(code[from])) != 0)
    ++from;
  return from;
}

}  // namespace

std::string without_comments_and_literals(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at, 2) == "//") {
      const auto end = std::min(text.find('\n', at), text.size());
      blank(code, at, end);
      at = end;
    } else if (text.substr(at, 2) == "/*") {
      const auto end = end_of(text, "*/", at + 2);
      blank(code, at, end);
      at = end;
    } else if (text[at] == '"') {
      const auto end = opens_raw_string(text, at) ? end_of_raw_string(text, at) : end_of_quoted(text, at);
      blank(code, at + 1, end - 1);
      at = end;
    } else if (text[at] == '\'' && !is_digit_separator(text, at)) {
      const auto end = end_of_quoted(text, at);
      blank(code, at + 1, end - 1);
      at = end;
    } else {
      ++at;
    }
  }
  return code;
}

std::string without_directives(std::string_view source) {
  std::string code(source);
  bool in_directive = false;
  for (std::size_t begin = 0; begin < code.size();) {
    const auto end = std::min(code.find('\n', begin), code.size());
    const auto line = std::string_view(code).substr(begin, end - begin);
    in_directive = in_directive || trimmed(line).starts_with('#');
    const bool goes_on = line.ends_with('\\');
    if (in_directive) blank(code, begin, end);
    in_directive = in_directive && goes_on;
    begin = end + 1;
  }
  return code;
}

std::vector<Include> includes_of(std::string_view text) {
  std::vector<Include> includes;
  int number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    if (!line.starts_with("#include ")) continue;
    const auto rest = line.substr(9);
    const char close = rest.starts_with('<') ? '>' : '"';
    const auto end = rest.find(close, 1);
    if (end != rest.npos) includes.push_back({std::string(rest.substr(1, end - 1)), close == '"', number});
  }
  return includes;
}

std::vector<Function> functions_of(std::string_view text) {
  const std::string code = without_directives(without_comments_and_literals(text));
  std::vector<Function> functions;
  int parentheses = 0;
  std::size_t head = 0;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char letter = code[at];
    if (letter == '(') ++parentheses;
    if (letter == ')') --parentheses;
    if (parentheses == 0 && (letter == ';' || letter == '}')) head = at + 1;
    if (letter != '{') continue;
    const auto kind = parentheses > 0 ? Brace::initialiser
                                      : brace_kind(std::string_view(code).substr(head, at - head),
                                                   at > 0 ? code[at - 1] : '\n');
    if (kind == Brace::container) {
      head = at + 1;
      continue;
    }
    const auto close = matching_brace(code, at);
    if (kind == Brace::function) {
      const auto begin = first_letter(code, head);
      functions.push_back({line_at(code, begin), line_at(code, close),
                           std::string(trimmed(code.substr(begin, at - begin))),
                           is_table(std::string_view(code).substr(at + 1, close - at - 1))});
      head = close + 1;
    }
    at = close;
  }
  return functions;
}

int line_at(std::string_view text, std::size_t offset) {
  return 1 +
         static_cast<int>(std::count(
             text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

bool is_word_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

std::vector<std::size_t> find_word(std::string_view text, std::string_view word) {
  std::vector<std::size_t> places;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_letter(text[at - 1]) || !is_word_letter(word.front());
    const auto after = at + word.size();
    const bool ends = after == text.size() || !is_word_letter(text[after]) || !is_word_letter(word.back());
    if (begins && ends) places.push_back(at);
  }
  return places;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace art32::tidy
