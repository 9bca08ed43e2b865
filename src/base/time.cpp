#include "base/time.h"

#include <array>
#include <charconv>

#include <fmt/core.h>

namespace art32::base {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Civil {
  int year;
  unsigned month, day;
  long hour, minute, second, micro;
  unsigned weekday;
};

Civil civil(Instant instant) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<microseconds> clock{instant - day};
  return {int(date.year()),           unsigned(date.month()),
          unsigned(date.day()),       clock.hours().count(),
          clock.minutes().count(),    clock.seconds().count(),
          clock.subseconds().count(), std::chrono::weekday{day}.c_encoding()};
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::floor<microseconds>(std::chrono::system_clock::now());
}

std::string rfc3339(Instant instant) {
  const Civil c = civil(instant);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", c.year, c.month, c.day, c.hour, c.minute,
                     c.second, c.micro);
}

std::string rfc3339_seconds(Instant instant) {
  const Civil c = civil(instant);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute,
                     c.second);
}

std::string iso_date(Instant instant) {
  const Civil c = civil(instant);
  return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

std::string http_date(Instant instant) {
  static constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = civil(instant);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdays[c.weekday], c.day,
                     months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

std::optional<Instant> parse_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{unsigned(*month)},
                                         std::chrono::day{unsigned(*day)}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}};
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z')
    return std::nullopt;
  const auto day = parse_iso_date(text.substr(0, 10));
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  int micro = 0;
  if (const std::size_t decimals = text.size() - 20; decimals > 0) {
    const auto fraction =
        decimals >= 2 && decimals <= 7 && text[19] == '.' ? digits(text, 20, decimals - 1) : std::nullopt;
    if (!fraction) return std::nullopt;
    micro = *fraction;
    for (std::size_t i = decimals - 1; i < 6; ++i)
      micro *= 10;
  }
  return *day + hours{*hour} + minutes{*minute} + seconds{*second} + microseconds{micro};
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0 || number > 1'000'000'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "ms") return std::chrono::milliseconds{number};
  if (unit == "s") return seconds{number};
  if (unit == "m") return minutes{number};
  if (unit == "h") return hours{number};
  if (unit == "d") return days{number};
  return std::nullopt;
}

}  // namespace art32::base
