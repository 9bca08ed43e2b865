// The structured log: one event a line, an event name and key=value fields.
//
// JSON lines when standard error is not a terminal, readable colour otherwise.
// Fields carry no secrets: pass identifiers, counts and error texts only.
// Safe from any thread; set_log_level before threads start.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace art32::base {

enum class LogLevel { debug, info, warning, error };

struct LogField {
  std::string_view key;
  std::string value;
};

void set_log_level(LogLevel level);
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, event, fields);
}
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, event, fields);
}

}  // namespace art32::base
