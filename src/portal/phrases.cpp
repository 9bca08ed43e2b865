#include "portal/phrases.h"

#include "base/text.h"

namespace art32::portal {

std::string say(const Phrase& phrase, model::Language language, const std::vector<std::string>& values) {
  const std::string_view pattern = phrase.in(language);
  std::string said;
  for (std::size_t place = 0; place < pattern.size(); ++place) {
    const bool opens = pattern[place] == '{' && place + 2 < pattern.size() && pattern[place + 2] == '}';
    const auto number = opens ? static_cast<std::size_t>(pattern[place + 1] - '0') : values.size();
    if (number < values.size()) {
      said += values[number];
      place += 2;
    } else {
      said += pattern[place];
    }
  }
  return said;
}

}  // namespace art32::portal
