#include "gateway/claim_statement.h"

#include "base/text.h"
#include "gateway/sql_words.h"

namespace art32::gateway {
namespace {

using Kind = SqlWord::Kind;

bool is_word(const SqlWord& word, std::string_view lower) {
  return word.kind == Kind::word && equals_word(word.text, lower);
}

bool is_sign(const SqlWord& word, std::string_view sign) {
  return word.kind == Kind::sign && word.text == sign;
}

// '...' or E'...' without backslashes, or a whole number: no claim or team needs more.
std::optional<std::string> value_of(const SqlWord& word) {
  if (word.kind != Kind::literal || word.text.empty()) return std::nullopt;
  std::string_view text = word.text;
  if (text.find_first_not_of("0123456789") == text.npos) return std::string(text);
  if (text.front() == 'E' || text.front() == 'e') text.remove_prefix(1);
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  if (text.find('\\') != text.npos) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  return base::replace_all(std::string(text), "''", "'");
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : words_(sql), word_(words_.next()) {}

  std::optional<ClaimStatement> read() {
    ClaimStatement statement;
    statement.is_reset = takes_word("reset");
    if (!statement.is_reset && !takes_word("set")) return std::nullopt;
    if (!statement.is_reset && !takes_word("session") && takes_word("local"))
      statement.scope = ClaimStatement::Scope::transaction;
    if (!takes_name("art32") || !takes_sign(".")) return std::nullopt;
    if (takes_name("team"))
      statement.subject = ClaimStatement::Subject::team;
    else if (!takes_name("claim"))
      return std::nullopt;
    if (!statement.is_reset && !takes_value(statement)) return std::nullopt;
    while (takes_sign(";"))
      continue;
    if (word_.kind != Kind::end || words_.is_uncertain()) return std::nullopt;
    return statement;
  }

 private:
  bool takes_value(ClaimStatement& statement) {
    if (!takes_sign("=") && !takes_word("to")) return false;
    if (takes_word("default")) return true;
    statement.value = value_of(word_);
    word_ = words_.next();
    return statement.value.has_value();
  }

  bool takes_word(std::string_view lower) {
    if (!is_word(word_, lower)) return false;
    word_ = words_.next();
    return true;
  }

  // In quotes, too, where PostgreSQL doesn't look at the case of a setting's name either.
  bool takes_name(std::string_view lower) {
    if (takes_word(lower)) return true;
    const std::string_view text = word_.text;
    if (word_.kind != Kind::quoted_name || text.size() < 2) return false;
    if (!equals_word(text.substr(1, text.size() - 2), lower)) return false;
    word_ = words_.next();
    return true;
  }

  bool takes_sign(std::string_view sign) {
    if (!is_sign(word_, sign)) return false;
    word_ = words_.next();
    return true;
  }

  SqlWords words_;
  SqlWord word_;
};

}  // namespace

bool may_be_claim_statement(std::string_view sql) {
  const SqlWord first = SqlWords(sql).next();
  return is_word(first, "set") || is_word(first, "reset");
}

bool may_begin_claim_statement(std::string_view head) {
  SqlWords words(head);
  const auto is_cut_off = [&](const SqlWord& word) {
    return word.kind == Kind::end || words.is_uncertain() ||
           word.text.data() + word.text.size() == head.data() + head.size();
  };
  SqlWord word = words.next();
  if (is_cut_off(word)) return true;
  if (!is_word(word, "set") && !is_word(word, "reset")) return false;
  word = words.next();
  if (is_word(word, "session") || is_word(word, "local")) word = words.next();
  return is_cut_off(word) || equals_word(word.text, "art32") || equals_word(word.text, "\"art32\"");
}

std::optional<ClaimStatement> parse_claim_statement(std::string_view sql) {
  return Reader(sql).read();
}

}  // namespace art32::gateway
