#include "model/language.h"

namespace art32::model {

std::optional<Language> parse_language(std::string_view text) {
  for (const Language language : languages)
    if (tag(language) == text) return language;
  return std::nullopt;
}

}  // namespace art32::model
