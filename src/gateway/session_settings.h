// The settings that a client's session differs by from a fresh server connection: what it
// named at start-up, and what it SET since. Two sessions with the same settings can use one
// server connection after the other and nothing is sent between them.
//
// SettingsBook hands out one number for each list of settings, so that comparing lists is
// comparing numbers. One book for each worker; one thread. 0 is "no settings".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"

namespace art32::gateway {

using SettingsId = std::uint32_t;

class SettingsBook {
 public:
  struct Setting {
    std::string name;       // lower case, "" where the statement names none
    std::string statement;  // SET name = ..., or a call of set_config
    bool from_startup = false;
    bool operator==(const Setting&) const = default;
  };

  // What is in use: lists by sessions and server connections, views by prepared statements.
  struct Used {
    std::unordered_set<SettingsId> lists;
    std::unordered_set<std::uint32_t> views;
  };
  // `used` is asked when there is no more room; what it doesn't name is forgotten then.
  explicit SettingsBook(std::function<Used()> used);

  // The number of a start-up list: names and values as the start-up packet had them.
  // `exhausted` when what is in use grows past limits::gateway_settings_octets.
  base::Result<SettingsId> startup(const std::vector<std::pair<std::string, std::string>>& parameters);
  // After this SET or RESET statement (settings_in). `exhausted` as above.
  base::Result<SettingsId> after(SettingsId before, std::string_view statement);

  static bool is_reset(std::string_view statement);
  static bool resets_all(std::string_view statement);

  // A connection with the settings of `before` has those of `after` once the text of `after`
  // ran there: it names all that the other does, and none is a role or a time limit.
  bool covers(SettingsId after, SettingsId before) const;

  // One SQL text that brings a connection without settings to this list; empty for 0.
  const std::string& sql(SettingsId id) const { return lists_[id].sql; }
  // What the list says of how names are looked up (search_path, role): lists that say the
  // same have one number, 0 those that say nothing.
  std::uint32_t name_view(SettingsId id) const { return lists_[id].name_view; }

  // For another process's book: a list's settings, and what stands for the number of a view.
  const std::vector<Setting>& settings(SettingsId id) const { return lists_[id].settings; }
  base::Result<SettingsId> add(std::vector<Setting> settings) { return intern(std::move(settings)); }
  std::string view_text(std::uint32_t view) const;
  std::uint32_t view_named(const std::string& text);

 private:
  struct List {
    std::vector<Setting> settings;
    std::string sql;
    std::uint32_t name_view = 0;
  };
  base::Result<SettingsId> intern(std::vector<Setting> settings);
  bool has_room(std::size_t octets);
  void forget_unused();

  std::uint32_t view_of(const std::vector<Setting>& settings);

  std::function<Used()> used_;
  std::vector<List> lists_;
  std::vector<SettingsId> free_;                          // numbers of forgotten lists
  std::unordered_map<std::string, SettingsId> ids_;       // by sql
  std::unordered_map<std::string, std::uint32_t> views_;  // by the settings that make them
  std::uint32_t last_view_ = 0;                           // never given twice
  std::size_t octets_ = 0;
  unsigned refusals_ = 0;  // since something was forgotten
};

// Brings a connection back to what it was after log-in, whatever was done with it; its
// prepared statements stay. One text, for one Query.
std::string_view reset_sql();
// The same where nothing but settings was changed.
std::string_view reset_settings_sql();

// Names of settings, without regard to case.
bool same_setting(std::string_view a, std::string_view b);

// A value as SQL text, quoted.
std::string quoted_literal(std::string_view value);

}  // namespace art32::gateway
