// What an API token may do, as Laravel Sanctum has it: a list of words, "*" for everything.
//
// Stored and shown as a JSON array of strings. An ability is granted whole or by "*", never by
// a part of its name; an empty list grants nothing. Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace art32::identity {

struct Abilities {
  std::vector<std::string> words;

  bool allow(std::string_view ability) const;
  bool operator==(const Abilities&) const = default;
};

// At most limits::token_abilities, each of 1 to limits::token_ability_octets of UTF-8 without controls;
// limits::token_abilities_octets as JSON.
bool is_valid(const Abilities& abilities);
std::string to_json(const Abilities& abilities);
// Nothing where it isn't an array of strings, or isn't valid as above. `null` grants nothing.
std::optional<Abilities> parse_abilities(std::string_view json);

}  // namespace art32::identity
