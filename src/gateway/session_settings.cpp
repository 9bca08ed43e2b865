#include "gateway/session_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
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
  const bool has_dot = next.kind == SqlWord::Kind::sign && next.text == ".";
  if (!has_dot && word.kind == SqlWord::Kind::word && equals_word(word.text, "session")) {
    const bool is_scope = !(next.kind == SqlWord::Kind::word && (equals_word(next.text, "authorization") ||
                                                                 equals_word(next.text, "characteristics")));
    if (!is_scope) return "session " + lower(next.text);
    word = next;
    next = words.next();
  }
  if (!(next.kind == SqlWord::Kind::sign && next.text == ".")) {
    if (equals_word(word.text, "time")) return "timezone";
    if (equals_word(word.text, "names")) return "client_encoding";
    if (equals_word(word.text, "schema")) return "search_path";
  }
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

bool SettingsBook::resets_all(std::string_view statement) {
  return is_reset(statement) && setting_name(statement) == "all";
}

std::string_view reset_sql() {
  return "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; "
         "SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";
}

std::string_view reset_settings_sql() {
  return "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";
}

bool same_setting(std::string_view a, std::string_view b) {
  return lower(a) == lower(b);
}

// E'' so that a backslash means the same whatever standard_conforming_strings says.
std::string quoted_literal(std::string_view value) {
  std::string escaped = base::replace_all(std::string(value), "\\", "\\\\");
  return "E'" + base::replace_all(std::move(escaped), "'", "''") + "'";
}

SettingsBook::SettingsBook(std::function<Used()> used) : used_(std::move(used)), lists_(1) {
  ids_.emplace("", 0);
}

// Asking is as long as the sessions are many: of those that are refused only some do.
bool SettingsBook::has_room(std::size_t octets) {
  constexpr unsigned refusals_between = 64;
  if (octets_ + octets <= base::limits::gateway_settings_octets) return true;
  if (refusals_++ % refusals_between == 0) forget_unused();
  if (octets_ + octets > base::limits::gateway_settings_octets) return false;
  refusals_ = 0;
  return true;
}

void SettingsBook::forget_unused() {
  Used used = used_();
  for (auto entry = ids_.begin(); entry != ids_.end();) {
    const SettingsId id = entry->second;
    if (id == 0 || used.lists.contains(id)) {
      used.views.insert(lists_[id].name_view);
      ++entry;
      continue;
    }
    octets_ -= 2 * entry->first.size();
    lists_[id] = {};
    free_.push_back(id);
    entry = ids_.erase(entry);
  }
  std::erase_if(views_, [&](const auto& view) {
    if (used.views.contains(view.second)) return false;
    octets_ -= view.first.size();
    return true;
  });
}

bool SettingsBook::covers(SettingsId after, SettingsId before) const {
  if (before == 0) return true;
  const auto names = [](const std::vector<Setting>& settings, const std::string& name) {
    return std::any_of(settings.begin(), settings.end(),
                       [&](const Setting& setting) { return setting.name == name; });
  };
  // A role may not be allowed what follows, and a time limit would hold for it.
  const auto is_simple = [](const Setting& setting) {
    return setting.name != "role" && !setting.name.starts_with("session ") &&
           !setting.name.ends_with("_timeout");
  };
  const std::vector<Setting>& first = lists_[before].settings;
  const std::vector<Setting>& second = lists_[after].settings;
  return std::all_of(second.begin(), second.end(), is_simple) &&
         std::all_of(first.begin(), first.end(), [&](const Setting& setting) {
           return is_simple(setting) && !setting.name.empty() && names(second, setting.name);
         });
}

base::Result<SettingsId> SettingsBook::intern(std::vector<Setting> settings) {
  std::string sql;
  for (const Setting& setting : settings)
    sql += (sql.empty() ? "" : "; ") + setting.statement;
  if (const auto known = ids_.find(sql); known != ids_.end()) return known->second;
  if (!has_room(3 * sql.size())) {
    if (refusals_ == 1)
      base::log_warning("the sessions of this gateway have too many different settings",
                        {{"mend", "use SET LOCAL for what changes with every request"}});
    return base::failure(base::ErrorCode::exhausted,
                         "the sessions of this gateway have too many different settings",
                         "use SET LOCAL for what changes with every request");
  }
  octets_ += 2 * sql.size();
  if (free_.empty()) {
    free_.push_back(static_cast<SettingsId>(lists_.size()));
    lists_.emplace_back();
  }
  const SettingsId id = free_.back();
  free_.pop_back();
  ids_.emplace(sql, id);
  const std::uint32_t view = view_of(settings);
  lists_[id] = {std::move(settings), std::move(sql), view};
  return id;
}

std::uint32_t SettingsBook::view_of(const std::vector<Setting>& settings) {
  std::string text;
  for (const Setting& setting : settings)
    if (setting.name == "search_path" || setting.name == "role" || setting.name == "session authorization")
      text += setting.statement + ";";
  return view_named(text);
}

std::uint32_t SettingsBook::view_named(const std::string& text) {
  if (text.empty()) return 0;
  const auto [place, is_new] = views_.try_emplace(text, last_view_ + 1);
  if (!is_new) return place->second;
  octets_ += text.size();
  return last_view_ = place->second;
}

std::string SettingsBook::view_text(std::uint32_t view) const {
  const auto found =
      std::find_if(views_.begin(), views_.end(), [&](const auto& entry) { return entry.second == view; });
  return found == views_.end() ? std::string() : found->first;
}

base::Result<SettingsId> SettingsBook::startup(
    const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::vector<Setting> settings;
  // Not SET: that takes a list in quotes for one name.
  for (const auto& [name, value] : parameters)
    settings.push_back({lower(name),
                        fmt::format("SELECT pg_catalog.set_config({}, {}, false)", quoted_literal(name),
                                    quoted_literal(value)),
                        true});
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
