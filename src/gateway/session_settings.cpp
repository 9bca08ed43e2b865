#include "gateway/session_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "gateway/sql_words.h"

namespace art32::gateway {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

// SET [SESSION] name ... or RESET name: the name in lower case, with its dots. TIME ZONE is
// timezone, and what sets several at once (SESSION AUTHORIZATION, CHARACTERISTICS) has its
// own words as name.
std::string setting_name(std::string_view statement) {
  SqlWords words(statement);
  words.next();
  SqlWord word = words.next();
  SqlWord next = words.next();
  if (word.kind == SqlWord::Kind::word && equals_word(word.text, "session")) {
    const bool is_scope = !(next.kind == SqlWord::Kind::word && (equals_word(next.text, "authorization") ||
                                                                 equals_word(next.text, "characteristics")));
    if (!is_scope) return "session " + lower(next.text);
    word = next;
    next = words.next();
  }
  if (word.kind == SqlWord::Kind::word && equals_word(word.text, "time")) return "timezone";
  if (word.kind == SqlWord::Kind::word && equals_word(word.text, "names")) return "client_encoding";
  std::string name = lower(word.text);
  while (next.kind == SqlWord::Kind::sign && next.text == ".") {
    name += "." + lower(words.next().text);
    next = words.next();
  }
  return name;
}

}  // namespace

bool SettingsBook::is_reset(std::string_view statement) {
  return equals_word(SqlWords(statement).next().text, "reset");
}

std::string_view reset_sql() {
  return "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; "
         "SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";
}

bool same_setting(std::string_view a, std::string_view b) {
  return lower(a) == lower(b);
}

std::string quoted_name(std::string_view name) {
  return "\"" + base::replace_all(std::string(name), "\"", "\"\"") + "\"";
}

// E'' so that a backslash means the same whatever standard_conforming_strings says.
std::string quoted_literal(std::string_view value) {
  std::string escaped = base::replace_all(std::string(value), "\\", "\\\\");
  return "E'" + base::replace_all(std::move(escaped), "'", "''") + "'";
}

SettingsBook::SettingsBook() : lists_(1) {
  ids_.emplace("", 0);
}

base::Result<SettingsId> SettingsBook::intern(std::vector<Setting> settings) {
  std::string sql;
  for (const Setting& setting : settings)
    sql += (sql.empty() ? "" : "; ") + setting.statement;
  if (const auto known = ids_.find(sql); known != ids_.end()) return known->second;
  if (octets_ + 2 * sql.size() > base::limits::gateway_settings_octets)
    return base::failure(base::ErrorCode::exhausted,
                         "the sessions of this gateway have too many different settings",
                         "use SET LOCAL for what changes with every request");
  octets_ += 2 * sql.size();
  const auto id = static_cast<SettingsId>(lists_.size());
  ids_.emplace(sql, id);
  lists_.push_back({std::move(settings), std::move(sql)});
  return id;
}

base::Result<SettingsId> SettingsBook::startup(
    const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::vector<Setting> settings;
  for (const auto& [name, value] : parameters) {
    // A dotted name is two names; SET takes a quoted name for one word.
    std::string spelled;
    for (const std::string_view part : base::split(name, '.'))
      spelled += (spelled.empty() ? "" : ".") + quoted_name(part);
    settings.push_back({lower(name), fmt::format("SET {} = {}", spelled, quoted_literal(value)), true});
  }
  return intern(std::move(settings));
}

base::Result<SettingsId> SettingsBook::after(SettingsId before, std::string_view statement) {
  std::vector<Setting> settings = lists_[before].settings;
  const std::string name = setting_name(statement);
  const bool reset = is_reset(statement);
  // RESET goes back to what start-up said, so those stay.
  std::erase_if(settings, [&](const Setting& setting) {
    return !setting.from_startup && (setting.name == name || (reset && name == "all"));
  });
  if (!reset) settings.push_back({name, std::string(statement), false});
  return intern(std::move(settings));
}

}  // namespace art32::gateway
