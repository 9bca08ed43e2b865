// The settings that a client's session differs by from a fresh server connection: what it
// named at start-up, and what it SET since. Two sessions with the same settings can use one
// server connection after the other and nothing is sent between them.
//
// SettingsBook hands out one number for each list of settings, so that comparing lists is
// comparing numbers. One book for each worker; one thread. 0 is "no settings".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace art32::gateway {

using SettingsId = std::uint32_t;

class SettingsBook {
 public:
  SettingsBook();

  // The number of a start-up list: names and values as the start-up packet had them.
  // `exhausted` when the lists grow past limits::gateway_settings_octets.
  base::Result<SettingsId> startup(const std::vector<std::pair<std::string, std::string>>& parameters);
  // After this SET or RESET statement (settings_in). `exhausted` as above.
  base::Result<SettingsId> after(SettingsId before, std::string_view statement);

  static bool is_reset(std::string_view statement);

  // One SQL text that brings a connection without settings to this list; empty for 0.
  const std::string& sql(SettingsId id) const { return lists_[id].sql; }

 private:
  struct Setting {
    std::string name;       // lower case, "" where the statement names none
    std::string statement;  // SET name = ...
    bool from_startup = false;
    bool operator==(const Setting&) const = default;
  };
  struct List {
    std::vector<Setting> settings;
    std::string sql;
  };
  base::Result<SettingsId> intern(std::vector<Setting> settings);

  std::vector<List> lists_;
  std::unordered_map<std::string, SettingsId> ids_;  // by sql
  std::size_t octets_ = 0;
};

// Brings a connection back to what it was after log-in, whatever was done with it; its
// prepared statements stay. One text, for one Query.
std::string_view reset_sql();

// Names of settings, without regard to case.
bool same_setting(std::string_view a, std::string_view b);

// A name or a value as SQL text, quoted.
std::string quoted_name(std::string_view name);
std::string quoted_literal(std::string_view value);

}  // namespace art32::gateway
