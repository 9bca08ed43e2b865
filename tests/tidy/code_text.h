// C++ source without what is not code, for rules that look for words. Not a
// parser: it knows comments, string and character literals, preprocessor lines,
// and braces as clang-format sets them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace art32::tidy {

// The same text, with the content of comments and literals replaced by blanks.
// Line numbers and columns stay as they were.
std::string without_comments_and_literals(std::string_view text);

// Additionally without #directives (also those of several lines).
std::string without_directives(std::string_view code);

struct Include {
  std::string path;
  bool is_quoted = false;
  int line = 0;
};
std::vector<Include> includes_of(std::string_view text);

struct Function {
  int first_line = 0;
  int last_line = 0;
  std::string head;       // text before the opening brace
  bool is_table = false;  // nothing but `return {...};`: a list, not code
};
// Functions and members with a body, not the lambdas within them.
std::vector<Function> functions_of(std::string_view text);

int line_at(std::string_view text, std::size_t offset);
bool is_word_letter(char letter);

// Offsets where `word` stands as a whole word.
std::vector<std::size_t> find_word(std::string_view text, std::string_view word);
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace art32::tidy
