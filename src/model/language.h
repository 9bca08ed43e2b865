// The two languages of everything that customers read. German binds.
// Whatever is shown is a Text with both sides, so that none can be forgotten. Values.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace art32::model {

enum class Language { german, english };

inline constexpr std::array languages{Language::german, Language::english};

// BCP 47 tag, also the first folder of a page's address: "de", "en".
constexpr std::string_view tag(Language language) {
  return language == Language::german ? "de" : "en";
}
std::optional<Language> parse_language(std::string_view tag);

// One thing said twice. Neither side is ever empty in a checked annex.
struct Text {
  std::string german;
  std::string english;

  const std::string& in(Language language) const { return language == Language::german ? german : english; }
  bool operator==(const Text&) const = default;
};

}  // namespace art32::model
