#include "trail/syslog.h"

#include <fmt/format.h>

namespace art32::trail {
namespace {

// RFC 5424 section 6.2.1.
constexpr int log_audit = 13;
constexpr int error = 3, informational = 6;

// RFC 5424 section 6: printable ASCII without spaces, of a length; "-" where there is none.
std::string header_word(std::string_view text, std::size_t longest) {
  std::string word;
  for (const char c : text.substr(0, longest))
    word += c > ' ' && c < '\x7F' ? c : '_';
  return word.empty() ? "-" : word;
}

// RFC 5424 section 6.3.3.
std::string parameter(std::string_view name, std::string_view value) {
  std::string text = fmt::format(" {}=\"", name);
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == ']') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace

std::string syslog_message(const StreamEvent& event, std::string_view host) {
  const int priority = log_audit * 8 + (event.kind == "gap" ? error : informational);
  // No enterprise number is ours; RFC 5612 reserves this one for examples.
  const std::string data = "[art32@32473" + parameter("uid", event.id) +
                           parameter("database", event.database) + parameter("team", event.team) +
                           parameter("number", std::to_string(event.number)) + "]";
  return fmt::format("<{}>1 {} {} art32 - {} {} {}", priority, event.time, header_word(host, 255),
                     header_word(event.kind, 32), data, event.json);
}

std::string syslog_frame(std::string_view message) {
  return fmt::format("{} {}", message.size(), message);
}

}  // namespace art32::trail
