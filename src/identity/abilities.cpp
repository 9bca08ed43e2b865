#include "identity/abilities.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_text.h"
#include "base/limits.h"
#include "identity/sealed_change.h"

namespace art32::identity {

bool Abilities::allow(std::string_view ability) const {
  return std::ranges::any_of(words,
                             [ability](std::string_view word) { return word == "*" || word == ability; });
}

bool is_valid(const Abilities& abilities) {
  return abilities.words.size() <= base::limits::token_abilities &&
         std::ranges::all_of(abilities.words,
                             [](std::string_view word) {
                               return is_line_of_text(word, base::limits::token_ability_octets);
                             }) &&
         to_json(abilities).size() <= base::limits::token_abilities_octets;
}

std::string to_json(const Abilities& abilities) {
  std::string text = "[";
  for (const std::string& word : abilities.words) {
    if (text.size() > 1) text += ',';
    text += base::json_string(word);
  }
  return text + "]";
}

std::optional<Abilities> parse_abilities(std::string_view json) {
  // What nearly every token has needs no parser.
  if (json == R"(["*"])") return Abilities{{"*"}};
  boost::json::error_code trouble;
  const boost::json::value value = boost::json::parse(boost::json::string_view(json), trouble);
  if (trouble) return std::nullopt;
  Abilities abilities;
  if (value.is_null()) return abilities;
  if (!value.is_array()) return std::nullopt;
  for (const boost::json::value& word : value.get_array()) {
    if (!word.is_string()) return std::nullopt;
    abilities.words.emplace_back(word.get_string());
  }
  if (!is_valid(abilities)) return std::nullopt;
  return abilities;
}

}  // namespace art32::identity
