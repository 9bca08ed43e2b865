#include "base/log.h"

#include <unistd.h>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_text.h"
#include "base/time.h"

namespace art32::base {
namespace {

bool terminal() {
  static const bool answer = ::isatty(STDERR_FILENO) == 1;
  return answer;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto created = spdlog::stderr_color_mt("art32");
    created->set_pattern(terminal() ? "%H:%M:%S %^%-7l%$ %v" : "%v");
    return created;
  }();
  return *instance;
}

constexpr std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string readable_line(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line(event);
  for (const LogField& field : fields)
    line += fmt::format("  {}={}", field.key, field.value);
  return line;
}

std::string json_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"event\":{}",
                                 rfc3339(SystemClock().now()), level_name(level), json_string(event));
  for (const LogField& field : fields)
    line += fmt::format(",{}:{}", json_string(field.key), json_string(field.value));
  return line + '}';
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(spdlog_level(level));
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logger().should_log(spdlog_level(level))) return;
  logger().log(spdlog_level(level),
               terminal() ? readable_line(event, fields) : json_line(level, event, fields));
}

}  // namespace art32::base
