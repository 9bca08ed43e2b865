// Small helpers on UTF-8 text that the standard library lacks.
// Pure; any thread. Views in results point into the text that was given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace art32::base {

std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);  // ASCII white space
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::optional<std::uint64_t> parse_number(std::string_view text);  // decimal digits only, no overflow
std::string escape_html(std::string_view text);                    // & < > " '
bool is_utf8(std::string_view text);

}  // namespace art32::base
