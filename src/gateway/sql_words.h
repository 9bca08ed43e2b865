// Cuts SQL into words and signs: what the scanner of statements reads.
//
// Knows PostgreSQL's lexical rules (documentation, section 4.1): '' and E'' strings,
// dollar quotes, quoted identifiers, nested comments, numbers. An unterminated string or
// comment ends at the end of the text. Assumes standard_conforming_strings = on unless
// the text says E''; a backslash before a quote in a plain string makes it `uncertain`.
// Pure, holds a view of the text.
#pragma once

#include <string_view>

namespace art32::gateway {

struct SqlWord {
  enum class Kind { end, word, quoted_name, literal, sign };
  Kind kind = Kind::end;
  std::string_view text;  // as it stands, a quoted name with its quotes
};

class SqlWords {
 public:
  explicit SqlWords(std::string_view sql) : rest_(sql) {}
  SqlWord next();
  bool is_uncertain() const { return uncertain_; }

 private:
  void skip_blanks();
  bool skip_comment();
  SqlWord take(SqlWord::Kind kind, std::size_t octets);
  SqlWord take_string(std::size_t prefix, bool backslashes);
  SqlWord take_dollar();
  SqlWord take_quoted_name();

  std::string_view rest_;
  bool uncertain_ = false;
};

// ASCII letters without regard to case; `lower` is in lower case.
bool equals_word(std::string_view text, std::string_view lower);

}  // namespace art32::gateway
