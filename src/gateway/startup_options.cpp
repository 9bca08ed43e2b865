#include "gateway/startup_options.h"

#include <algorithm>

#include "base/limits.h"

namespace art32::gateway {

using base::ErrorCode;
using base::failure;

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_space(text[at]))
      ++at;
    if (at == text.size()) return words;
    std::string& word = words.emplace_back();
    for (; at < text.size() && !is_space(text[at]); ++at) {
      if (text[at] == '\\' && ++at == text.size()) return words;
      word += text[at];
    }
  }
}

// As the server does: a dash in a name stands for an underscore.
base::Result<std::pair<std::string, std::string>> parse_assignment(std::string_view word) {
  const auto equals = word.find('=');
  if (equals == word.npos || equals == 0)
    return failure(ErrorCode::invalid_argument,
                   "\"" + std::string(word) + "\" in the start-up parameter options sets nothing",
                   "write -c name=value or --name=value");
  std::string name(word.substr(0, equals));
  std::replace(name.begin(), name.end(), '-', '_');
  return std::pair(std::move(name), std::string(word.substr(equals + 1)));
}

}  // namespace

base::Result<std::vector<std::pair<std::string, std::string>>> parse_startup_options(std::string_view text) {
  if (text.size() > base::limits::gateway_options_octets)
    return failure(ErrorCode::exhausted, "the start-up parameter options is too long",
                   "send the settings by SET");
  const std::vector<std::string> words = split_words(text);
  std::vector<std::pair<std::string, std::string>> settings;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == "-c" || word == "--") {
      if (word == "--" || ++i == words.size())
        return failure(ErrorCode::invalid_argument, "the start-up parameter options ends in the middle",
                       "write -c name=value or --name=value");
      word = words[i];
    } else if (word.starts_with("-c") || word.starts_with("--")) {
      word.remove_prefix(2);
    } else {
      return failure(ErrorCode::unsupported,
                     "\"" + std::string(word) + "\" in the start-up parameter options isn't understood here",
                     "only settings are: -c name=value or --name=value");
    }
    ART32_ASSIGN(auto setting, parse_assignment(word));
    settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace art32::gateway
