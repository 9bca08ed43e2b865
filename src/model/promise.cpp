#include "model/promise.h"

#include <array>
#include <charconv>

#include <fmt/core.h>

#include "base/assert.h"
#include "base/json_text.h"

namespace art32::model {
namespace {

using std::chrono::milliseconds;

struct TypeName {
  PromiseType type;
  std::string_view name;
};
constexpr std::array type_names{TypeName{PromiseType::duration, "duration"},
                                TypeName{PromiseType::count, "count"},
                                TypeName{PromiseType::percentage, "percentage"},
                                TypeName{PromiseType::date, "date"},
                                TypeName{PromiseType::text, "text"},
                                TypeName{PromiseType::words, "words"}};

struct Unit {
  std::int64_t milliseconds;
  std::string_view symbol;
  std::string_view german_one, german_many, german_dative;
  std::string_view english_one, english_many;
};
constexpr std::array units{
    Unit{86'400'000, "d", "Tag", "Tage", "Tagen", "day", "days"},
    Unit{3'600'000, "h", "Stunde", "Stunden", "Stunden", "hour", "hours"},
    Unit{60'000, "m", "Minute", "Minuten", "Minuten", "minute", "minutes"},
    Unit{1'000, "s", "Sekunde", "Sekunden", "Sekunden", "second", "seconds"},
    Unit{1, "ms", "Millisekunde", "Millisekunden", "Millisekunden", "millisecond", "milliseconds"}};
constexpr std::int64_t days_begin_at = 4;

std::string grouped(std::int64_t number, Language language) {
  std::string digits = fmt::format("{}", number);
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, language == Language::german ? '.' : ',');
  }
  return digits;
}

std::string shortest(double number) {
  std::array<char, 400> buffer{};  // the longest double in fixed notation has 309 digits before the point
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  ART32_ASSERT(error == std::errc{});
  return {buffer.data(), end};
}

std::string percentage(double number, Language language) {
  std::string digits = shortest(number);
  if (const auto point = digits.find('.'); point != std::string::npos && language == Language::german)
    digits[point] = ',';
  return digits + " %";
}

std::string canonical_duration(milliseconds duration) {
  if (duration.count() == 0) return "0s";
  for (const Unit& unit : units)
    if (duration.count() % unit.milliseconds == 0)
      return fmt::format("{}{}", duration.count() / unit.milliseconds, unit.symbol);
  return {};
}

std::chrono::year_month_day civil(base::Instant date) {
  return {std::chrono::floor<std::chrono::days>(date)};
}

}  // namespace

std::string_view name(PromiseType type) {
  for (const TypeName& row : type_names)
    if (row.type == type) return row.name;
  return {};
}

std::optional<PromiseType> parse_promise_type(std::string_view text) {
  for (const TypeName& row : type_names)
    if (row.name == text) return row.type;
  return std::nullopt;
}

std::optional<Form> parse_form(std::string_view text) {
  if (text == "dative") return Form::dative;
  return std::nullopt;
}

std::string format_duration(milliseconds duration, Language language, Form form) {
  for (const Unit& unit : units) {
    const std::int64_t number = duration.count() / unit.milliseconds;
    if (duration.count() % unit.milliseconds != 0) continue;
    if (unit.symbol == "d" && number < days_begin_at && number != 0) continue;
    const bool one = number == 1;
    std::string_view word = one ? unit.english_one : unit.english_many;
    if (language == Language::german)
      word = one ? unit.german_one : form == Form::dative ? unit.german_dative : unit.german_many;
    return fmt::format("{} {}", grouped(number, language), word);
  }
  return {};
}

std::string format_date(base::Instant date, Language language) {
  static constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
  const auto day = civil(date);
  const auto number = static_cast<unsigned>(day.month());
  if (language == Language::german)
    return fmt::format("{:02}.{:02}.{:04}", static_cast<unsigned>(day.day()), number, int(day.year()));
  return fmt::format("{} {} {}", static_cast<unsigned>(day.day()), months[number - 1], int(day.year()));
}

std::string format(const Promise& promise, Language language, Form form) {
  switch (promise.type) {
    case PromiseType::duration:
      return format_duration(std::get<milliseconds>(promise.value), language, form);
    case PromiseType::count:
      return grouped(std::get<std::int64_t>(promise.value), language);
    case PromiseType::percentage:
      return percentage(std::get<double>(promise.value), language);
    case PromiseType::date:
      return format_date(std::get<base::Instant>(promise.value), language);
    case PromiseType::text:
      return std::get<std::string>(promise.value);
    case PromiseType::words:
      return std::get<Text>(promise.value).in(language);
  }
  return {};
}

std::string canonical(const Promise& promise) {
  switch (promise.type) {
    case PromiseType::duration:
      return canonical_duration(std::get<milliseconds>(promise.value));
    case PromiseType::count:
      return fmt::format("{}", std::get<std::int64_t>(promise.value));
    case PromiseType::percentage:
      return shortest(std::get<double>(promise.value));
    case PromiseType::date:
      return base::iso_date(std::get<base::Instant>(promise.value));
    case PromiseType::text:
      return std::get<std::string>(promise.value);
    case PromiseType::words: {
      const Text& words = std::get<Text>(promise.value);
      return fmt::format("{{\"de\":{},\"en\":{}}}", base::json_string(words.german),
                         base::json_string(words.english));
    }
  }
  return {};
}

}  // namespace art32::model
