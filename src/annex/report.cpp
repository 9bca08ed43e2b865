#include "annex/report.h"

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"

namespace art32::annex {
namespace {

// The code point at `at` of well-formed UTF-8, and its length.
std::pair<std::uint32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = octet(at);
  const auto tail = [&](std::size_t i) { return octet(at + i) & 0x3fU; };
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xe0) return {(lead & 0x1fU) << 6 | tail(1), 2};
  if (lead < 0xf0) return {(lead & 0x0fU) << 12 | tail(1) << 6 | tail(2), 3};
  return {(lead & 0x07U) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
}

bool is_forbidden(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x200e && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0xfeff ||
         point == 0xfffd;
}

}  // namespace

std::string forbidden_character(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    const auto [point, length] = code_point(utf8, at);
    if (is_forbidden(point)) return fmt::format("U+{:04X}", point);
    at += length;
  }
  return {};
}

void Report::add(int line, std::string what, std::string mend) {
  findings_.push_back({file_, line, std::move(what), std::move(mend)});
}

bool Report::check_text(int line, const std::string& place, std::string_view text, std::size_t limit) {
  if (base::trim(text).empty()) {
    add(line, place + " is empty", "write it");
    return false;
  }
  if (text.size() > limit) {
    add(line, fmt::format("{} has {} octets", place, text.size()),
        fmt::format("shorten it to {}, or split it into two", limit));
    return false;
  }
  if (const std::string found = forbidden_character(text); !found.empty()) {
    add(line, fmt::format("{} contains the character {}", place, found),
        "remove it; end a line of a \"\"\" string with \\ where it should go on");
    return false;
  }
  return true;
}

}  // namespace art32::annex
