#include "base/json_text.h"

#include <fmt/core.h>

#include "base/text.h"

namespace art32::base {

std::string json_string(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\b':
        quoted += "\\b";
        break;
      case '\f':
        quoted += "\\f";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
          quoted += c;
    }
  }
  quoted += '"';
  return quoted;
}

std::string json_octets(ByteView octets) {
  const std::string_view text = as_text(octets);
  if (is_utf8(text)) return json_string(text);
  return fmt::format("{{\"base64\":\"{}\"}}", base64(octets));
}

}  // namespace art32::base
