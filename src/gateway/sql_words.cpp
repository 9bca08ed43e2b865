#include "gateway/sql_words.h"

#include <algorithm>
#include <array>

namespace art32::gateway {
namespace {

enum Class : unsigned char { other, blank, letter, digit };

constexpr std::array<unsigned char, 256> classes = [] {
  std::array<unsigned char, 256> table{};
  for (const char c : {' ', '\t', '\n', '\r', '\f', '\v'})
    table[static_cast<unsigned char>(c)] = blank;
  for (int c = 'a'; c <= 'z'; ++c)
    table[static_cast<unsigned>(c)] = letter;
  for (int c = 'A'; c <= 'Z'; ++c)
    table[static_cast<unsigned>(c)] = letter;
  table['_'] = letter;
  for (unsigned c = 0x80; c < 256; ++c)
    table[c] = letter;
  for (int c = '0'; c <= '9'; ++c)
    table[static_cast<unsigned>(c)] = digit;
  return table;
}();

Class class_of(char c) {
  return static_cast<Class>(classes[static_cast<unsigned char>(c)]);
}

bool continues_word(char c) {
  const Class found = class_of(c);
  return found == letter || found == digit || c == '$';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

bool equals_word(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
}

bool SqlWords::skip_comment() {
  if (rest_.starts_with("--")) {
    rest_.remove_prefix(std::min(rest_.find_first_of("\r\n"), rest_.size()));
    return true;
  }
  if (!rest_.starts_with("/*")) return false;
  std::size_t at = 2;
  for (unsigned depth = 1; depth > 0 && at < rest_.size();) {
    const std::string_view pair = rest_.substr(at, 2);
    if (pair == "*/" || pair == "/*") {
      depth = pair == "*/" ? depth - 1 : depth + 1;
      at += 2;
    } else {
      ++at;
    }
  }
  rest_.remove_prefix(std::min(at, rest_.size()));
  return true;
}

void SqlWords::skip_blanks() {
  while (!rest_.empty()) {
    const char first = rest_.front();
    if (class_of(first) == blank)
      rest_.remove_prefix(1);
    else if ((first != '-' && first != '/') || !skip_comment())
      return;
  }
}

SqlWord SqlWords::take(SqlWord::Kind kind, std::size_t octets) {
  const SqlWord word{kind, rest_.substr(0, octets)};
  rest_.remove_prefix(std::min(octets, rest_.size()));
  return word;
}

// `prefix` counts what stands before the text, the opening quote with it.
SqlWord SqlWords::take_string(std::size_t prefix, bool backslashes) {
  std::size_t at = prefix;
  while (at < rest_.size()) {
    const char c = rest_[at];
    if (c == '\\') {
      // In SJIS, BIG5, GBK and the like this may be the second octet of a character.
      if (at > prefix && (rest_[at - 1] & 0x80) != 0) uncertain_ = true;
      if (backslashes)
        ++at;
      else
        uncertain_ = true;  // were standard_conforming_strings off, this would escape
    } else if (c == '\'') {
      if (at + 1 >= rest_.size() || rest_[at + 1] != '\'') return take(SqlWord::Kind::literal, at + 1);
      ++at;
    }
    ++at;
  }
  return take(SqlWord::Kind::literal, rest_.size());
}

SqlWord SqlWords::take_dollar() {
  std::size_t end = 1;
  while (end < rest_.size() && rest_[end] != '$' && continues_word(rest_[end]))
    ++end;
  const bool is_parameter = end > 1 && class_of(rest_[1]) == digit;
  if (is_parameter || end >= rest_.size() || rest_[end] != '$') return take(SqlWord::Kind::sign, end);
  const std::string_view tag = rest_.substr(0, end + 1);
  const std::size_t closing = rest_.find(tag, tag.size());
  return take(SqlWord::Kind::literal, closing == rest_.npos ? rest_.size() : closing + tag.size());
}

SqlWord SqlWords::take_quoted_name() {
  std::size_t at = 1;
  for (; at < rest_.size(); ++at) {
    if (rest_[at] != '"') continue;
    if (at + 1 >= rest_.size() || rest_[at + 1] != '"') return take(SqlWord::Kind::quoted_name, at + 1);
    ++at;
  }
  return take(SqlWord::Kind::quoted_name, rest_.size());
}

SqlWord SqlWords::next() {
  skip_blanks();
  if (rest_.empty()) return {};
  const char first = rest_.front();
  if (first == '\'') return take_string(1, false);
  if (first == '"') return take_quoted_name();
  if (first == '$') return take_dollar();
  if (class_of(first) == letter) {
    const char second = rest_.size() > 1 ? rest_[1] : '\0';
    // U&"..." names something by escapes.
    if (second == '&' && (first == 'u' || first == 'U') && rest_.size() > 2 && rest_[2] == '"')
      uncertain_ = true;
    if (second == '\'' && (first == 'e' || first == 'E')) return take_string(2, true);
    std::size_t end = 1;
    while (end < rest_.size() && continues_word(rest_[end]))
      ++end;
    return take(SqlWord::Kind::word, end);
  }
  if (class_of(first) == digit) {
    std::size_t end = 1;
    while (end < rest_.size() && (continues_word(rest_[end]) || rest_[end] == '.'))
      ++end;
    return take(SqlWord::Kind::literal, end);
  }
  return take(SqlWord::Kind::sign, 1);
}

}  // namespace art32::gateway
