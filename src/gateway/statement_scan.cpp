#include "gateway/statement_scan.h"

#include <algorithm>
#include <array>

#include "gateway/harmless_functions.h"
#include "gateway/sql_words.h"

namespace art32::gateway {
namespace {

using Kind = SqlWord::Kind;

// What a statement's first word says about it. A word that isn't here may do anything.
enum class Beginning { plain, set, reset, listen, prepare, discard, deallocate, load, schema, anything };

struct BeginningRow {
  std::string_view word;
  Beginning beginning;
};

constexpr std::array beginnings = std::to_array<BeginningRow>({
    {"select", Beginning::plain},    {"insert", Beginning::plain},
    {"update", Beginning::plain},    {"delete", Beginning::plain},
    {"begin", Beginning::plain},     {"commit", Beginning::plain},
    {"rollback", Beginning::plain},  {"with", Beginning::plain},
    {"end", Beginning::plain},       {"start", Beginning::plain},
    {"abort", Beginning::plain},     {"values", Beginning::plain},
    {"table", Beginning::plain},     {"copy", Beginning::plain},
    {"fetch", Beginning::plain},     {"move", Beginning::plain},
    {"close", Beginning::plain},     {"declare", Beginning::plain},
    {"savepoint", Beginning::plain}, {"release", Beginning::plain},
    {"lock", Beginning::plain},      {"show", Beginning::plain},
    {"merge", Beginning::plain},     {"notify", Beginning::plain},
    {"unlisten", Beginning::plain},  {"truncate", Beginning::plain},
    {"vacuum", Beginning::plain},    {"analyze", Beginning::plain},
    {"reindex", Beginning::plain},   {"checkpoint", Beginning::plain},
    {"grant", Beginning::plain},     {"revoke", Beginning::plain},
    {"comment", Beginning::plain},   {"set", Beginning::set},
    {"reset", Beginning::reset},     {"listen", Beginning::listen},
    {"prepare", Beginning::prepare}, {"discard", Beginning::discard},
    {"load", Beginning::load},       {"deallocate", Beginning::deallocate},
    {"create", Beginning::schema},   {"alter", Beginning::schema},
    {"drop", Beginning::schema},
});

Beginning beginning_of(const SqlWord& first) {
  if (first.kind == Kind::sign && first.text == "(") return Beginning::plain;  // (select ...) union ...
  if (first.kind != Kind::word) return Beginning::anything;
  for (const BeginningRow& row : beginnings)
    if (equals_word(first.text, row.word)) return row.beginning;
  return Beginning::anything;
}

bool contains_word(std::string_view text, std::string_view lower) {
  for (std::size_t at = 0; at + lower.size() <= text.size(); ++at)
    if (equals_word(text.substr(at, lower.size()), lower)) return true;
  return false;
}

bool ends_statement(const SqlWord& word) {
  return word.kind == Kind::end || (word.kind == Kind::sign && word.text == ";");
}

// SET LOCAL and the like. With a dot behind it it is a setting's name: SET local.x = 1.
bool is_of_transaction(const SqlWord& second, const SqlWord& third) {
  const bool is_scope = second.kind == Kind::word &&
                        (equals_word(second.text, "local") || equals_word(second.text, "transaction") ||
                         equals_word(second.text, "constraints"));
  return is_scope && !(third.kind == Kind::sign && third.text == ".");
}

// The first word of a setting's name: art32.claim, "art32".claim, "art32.claim".
bool is_of_art32(const SqlWord& word) {
  if (word.kind == Kind::word) return equals_word(word.text, "art32");
  return word.kind == Kind::quoted_name &&
         (equals_word(word.text, "\"art32\"") || equals_word(word.text.substr(0, 7), "\"art32."));
}

bool is_word(const SqlWord& word, std::string_view lower) {
  return word.kind == Kind::word && equals_word(word.text, lower);
}

bool is_sign(const SqlWord& word, std::string_view text) {
  return word.kind == Kind::sign && word.text == text;
}

// Within the name of a table behind INTO: what stands between schema, table and alias.
bool leads_to_name(const SqlWord& word) {
  return is_sign(word, ".") || is_word(word, "as");
}

// Tells INSERT INTO and MERGE INTO, which fill a table, from SELECT ... INTO, which makes one: a
// temporary one where search_path begins with pg_temp, and that can be set without the word TEMP.
// `insert` may be a column's name too (select (1) insert into t), so its place counts: at the
// statement's beginning, behind a parenthesis that opens (a CTE), or behind one that closes (the
// CTEs) where no SELECT has begun outside of them.
class IntoPlace {
 public:
  explicit IntoPlace(const SqlWord& first) : begins_with_(is_word(first, "with")) { makes_table(first); }

  // Each word of the statement, from the first one on.
  bool makes_table(const SqlWord& word) {
    const bool makes = is_word(word, "into") && !fills_;
    const bool may_begin = last_ == Last::none || last_ == Last::opening ||
                           (last_ == Last::closing && depth_ == 0 && begins_with_ && !selects_);
    fills_ = may_begin && (is_word(word, "insert") || is_word(word, "merge"));
    last_ = Last::other;
    if (is_sign(word, "(")) {
      ++depth_;
      last_ = Last::opening;
    } else if (is_sign(word, ")")) {
      if (depth_ > 0) --depth_;
      last_ = Last::closing;
    } else if (depth_ == 0 && is_word(word, "select")) {
      selects_ = true;
    }
    return makes;
  }

 private:
  enum class Last { none, opening, closing, other };
  Last last_ = Last::none;
  unsigned depth_ = 0;
  bool begins_with_;
  bool selects_ = false;  // outside of parentheses
  bool fills_ = false;    // the word before is the verb of an INSERT or a MERGE
};

class Scan {
 public:
  explicit Scan(std::string_view sql) : words_(sql) {}

  StatementEffects run() {
    SqlWord word = words_.next();
    while (word.kind != Kind::end) {
      if (word.kind == Kind::sign && word.text == ";")
        word = words_.next();
      else
        word = statement(word);
    }
    if (words_.is_uncertain()) found_.touches_session = true;
    return found_;
  }

 private:
  // From a statement's first word to what stands behind it.
  SqlWord statement(const SqlWord& first) {
    const SqlWord second = words_.next();
    SqlWord next = ends_statement(second) ? second : words_.next();
    only_reads_ = first.kind == Kind::word && equals_word(first.text, "select");
    begin(beginning_of(first), first, second, next);
    SqlWord before = first;
    SqlWord word = second;
    bool names_table = false;  // behind INTO: a parenthesis there lists columns
    IntoPlace into(first);
    if (first.kind == Kind::word && second.kind == Kind::sign) look(first, second, false);
    for (bool is_second = true; !ends_statement(word); is_second = false) {
      if (!is_second) next = words_.next();
      look_at_word(before, word);
      if (into.makes_table(word)) found_.touches_session = true;
      names_table =
          is_word(word, "into") ||
          (names_table && (leads_to_name(word) || leads_to_name(before) || is_word(before, "into")));
      look(word, next, names_table);
      before = word;
      word = next;
    }
    return word;
  }

  void begin(Beginning beginning, const SqlWord& first, const SqlWord& second, const SqlWord& third) {
    const auto second_is = [&](std::string_view lower) {
      return second.kind == Kind::word && equals_word(second.text, lower);
    };
    switch (beginning) {
      case Beginning::plain:
        break;
      case Beginning::set:
        if (!is_of_transaction(second, third)) found_.changes_settings = true;
        if (is_of_art32(second) || (!second_is("art32") && is_of_art32(third))) found_.sets_claim = true;
        break;
      case Beginning::reset:
        found_.changes_settings = true;
        if (is_of_art32(second)) found_.sets_claim = true;
        break;
      case Beginning::listen:
      case Beginning::load:
        keep(first.text);
        break;
      case Beginning::prepare:
        if (!second_is("transaction")) keep(first.text);
        break;
      case Beginning::discard:
        if (second_is("all"))
          found_.discards_all = true;
        else
          found_.touches_session = true;
        break;
      case Beginning::deallocate:
        found_.deallocates = true;
        break;
      case Beginning::schema:
        found_.changes_schema = true;
        found_.touches_session = true;
        break;
      case Beginning::anything:
        found_.touches_session = true;
        break;
    }
  }

  void look_at_word(const SqlWord& before, const SqlWord& word) {
    if (word.kind == Kind::quoted_name && word.text == "\"pg_temp\"") keep("pg_temp");
    if (word.kind == Kind::quoted_name && word.text == "\"pg_settings\"") touch_by_view();
    if (word.kind == Kind::sign) watch_set_config(before, word);
    if (word.kind != Kind::word) return;
    stands_alone_ = before.kind == Kind::sign && before.text == ",";
    switch (word.text.front() | 0x20) {
      case 't':
        if (equals_word(word.text, "temp") || equals_word(word.text, "temporary")) keep(word.text);
        break;
      case 'p':
        if (equals_word(word.text, "pg_temp")) keep(word.text);
        if (equals_word(word.text, "pg_settings")) touch_by_view();
        break;
      case 'h':
        if (equals_word(word.text, "hold") && before.kind == Kind::word && equals_word(before.text, "with"))
          keep("WITH HOLD");
        break;
      default:
        break;
    }
  }

  // set_config(name, value, true) ends with the transaction; any other form may not.
  void watch_set_config(const SqlWord& before, const SqlWord& sign) {
    if (set_config_depth_ == 0) return;
    if (sign.text == "(")
      ++set_config_depth_;
    else if (sign.text == ")" && --set_config_depth_ == 1) {
      set_config_depth_ = 0;
      if (before.kind != Kind::word || !equals_word(before.text, "true") || !stands_alone_)
        keep("set_config");
    }
  }

  // An UPDATE of pg_settings is a set_config(), by the view's rule.
  void touch_by_view() {
    if (!only_reads_) found_.touches_session = true;
  }

  // A name before a parenthesis is a call, unless it is known better.
  void look(const SqlWord& word, const SqlWord& next, bool names_table) {
    if (next.kind != Kind::sign || next.text != "(" || names_table) return;
    if (word.kind == Kind::quoted_name) found_.touches_session = true;
    if (word.kind != Kind::word || is_harmless_before_parenthesis(word.text)) return;
    if (equals_word(word.text, "set_config")) {
      if (set_config_depth_ == 0)
        set_config_depth_ = 1;
      else
        keep(word.text);  // one within the other: nobody needs to understand that
    } else if (contains_word(word.text, "advisory") && contains_word(word.text, "lock")) {
      if (!contains_word(word.text, "xact") && !contains_word(word.text, "unlock")) keep(word.text);
    } else {
      found_.touches_session = true;
      if (equals_word(word.text, "lastval") || equals_word(word.text, "currval"))
        found_.reads_sequence = true;
    }
  }

  void keep(std::string_view word) {
    found_.keeps_connection = true;
    if (found_.pinning_word.empty()) found_.pinning_word = word;
  }

  SqlWords words_;
  StatementEffects found_;
  unsigned set_config_depth_ = 0;  // open parentheses since its name, and one for the name
  bool stands_alone_ = false;      // the last word that was looked at, behind a comma
  bool only_reads_ = false;        // the statement is a SELECT
};

// Statements that neither end a transaction nor ask how it began.
bool is_at_ease(const SqlWord& first) {
  if (first.kind == Kind::sign) return first.text == "(";
  if (first.kind != Kind::word) return false;
  for (const std::string_view word : {"select", "insert", "update", "delete", "with", "values", "table",
                                      "merge", "copy", "explain", "show"})
    if (equals_word(first.text, word)) return true;
  return false;
}

std::string folded(const SqlWord& name) {
  std::string text;
  if (name.kind == Kind::quoted_name) {
    for (std::size_t i = 1; i + 1 < name.text.size(); ++i) {
      text += name.text[i];
      if (name.text[i] == '"') ++i;  // a doubled one
    }
    return text;
  }
  for (const char c : name.text)
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return text;
}

}  // namespace

StatementEffects scan_statement(std::string_view sql) {
  return Scan(sql).run();
}

Company company_of(std::string_view sql) {
  SqlWords words(sql);
  std::size_t statements = 0;
  bool begins = false;
  for (SqlWord word = words.next(); word.kind != Kind::end; word = words.next()) {
    if (word.kind == Kind::sign && word.text == ";") continue;
    ++statements;
    if (equals_word(word.text, "begin") || equals_word(word.text, "start"))
      begins = true;
    else if (!is_at_ease(word))
      return Company::unwanted;
    while (!ends_statement(word))
      word = words.next();
    if (word.kind == Kind::end) break;
  }
  if (words.is_uncertain()) return Company::unwanted;
  if (!begins) return Company::welcome;
  return statements == 1 ? Company::begins : Company::unwanted;
}

std::vector<std::string_view> settings_in(std::string_view sql) {
  std::vector<std::string_view> found;
  SqlWords words(sql);
  SqlWord word = words.next();
  while (word.kind != Kind::end) {
    const SqlWord first = word;
    SqlWord last = word;
    const SqlWord second = words.next();
    SqlWord third;
    for (word = second; !ends_statement(word); word = words.next()) {
      if (last.text.data() == second.text.data()) third = word;
      last = word;
    }
    while (word.kind == Kind::sign && word.text == ";")
      word = words.next();
    const Beginning beginning = beginning_of(first);
    if (beginning == Beginning::reset || (beginning == Beginning::set && !is_of_transaction(second, third)))
      found.emplace_back(first.text.data(),
                         static_cast<std::size_t>(last.text.data() + last.text.size() - first.text.data()));
  }
  return found;
}

bool parse_deallocate(std::string_view sql, Deallocation& found) {
  SqlWords words(sql);
  const SqlWord first = words.next();
  if (first.kind != Kind::word || !equals_word(first.text, "deallocate")) return false;
  SqlWord name = words.next();
  SqlWord next = words.next();
  if (name.kind == Kind::word && equals_word(name.text, "prepare") &&
      (next.kind == Kind::word || next.kind == Kind::quoted_name)) {
    name = next;
    next = words.next();
  }
  if (name.kind != Kind::word && name.kind != Kind::quoted_name) return false;
  while (next.kind == Kind::sign && next.text == ";")
    next = words.next();
  if (next.kind != Kind::end) return false;
  found.everything = name.kind == Kind::word && equals_word(name.text, "all");
  found.name = found.everything ? std::string() : folded(name);
  return true;
}

}  // namespace art32::gateway
