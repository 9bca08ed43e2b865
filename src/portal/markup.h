// Reading our own pages back, in tests: attributes by name, with their escapes
// undone. It knows how html.h writes, and nothing of HTML in general.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace art32::portal::testing {

inline std::string unescape(std::string text) {
  for (const auto& [from, to] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    text = base::replace_all(std::move(text), from, to);
  return text;
}

// The values of every attribute of that name, in order.
inline std::vector<std::string> attributes(std::string_view page, const std::string& name) {
  std::vector<std::string> values;
  const std::string opening = " " + name + "=\"";
  for (std::size_t at = page.find(opening); at != page.npos; at = page.find(opening, at)) {
    at += opening.size();
    values.push_back(unescape(std::string(page.substr(at, page.find('"', at) - at))));
  }
  return values;
}

inline std::size_t occurrences(std::string_view text, std::string_view wanted) {
  std::size_t count = 0;
  for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + wanted.size()))
    ++count;
  return count;
}

}  // namespace art32::portal::testing
