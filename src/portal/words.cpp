#include "portal/words.h"

#include <fmt/core.h>

#include <array>

#include "portal/phrases.h"
#include "portal/tags.h"

namespace art32::portal {

namespace {

constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                            "July",    "August",   "September", "October", "November", "December"};

std::string clock_time(base::Instant at) {
  const std::chrono::hh_mm_ss<std::chrono::seconds> time(
      std::chrono::floor<std::chrono::seconds>(at - std::chrono::floor<std::chrono::days>(at)));
  return fmt::format("{:02}:{:02}", time.hours().count(), time.minutes().count());
}

Attribute datetime(base::Instant at) {
  return {"datetime", base::rfc3339_seconds(at)};
}

}  // namespace

std::string day(base::Instant at, model::Language language) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(at));
  const auto month = static_cast<unsigned>(date.month());
  const auto number = static_cast<unsigned>(date.day());
  const auto year = static_cast<int>(date.year());
  if (language == model::Language::german) return fmt::format("{:02}.{:02}.{}", number, month, year);
  return fmt::format("{} {} {}", number, months.at(month - 1), year);
}

std::string moment(base::Instant at, model::Language language) {
  return say(phrases::moment, language, {day(at, language), clock_time(at)});
}

std::string age(base::Instant at, base::Instant now, model::Language language) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - at).count();
  const auto choose = [&](std::int64_t count, const Phrase& one, const Phrase& many) {
    return count == 1 ? say(one, language) : say(many, language, {std::to_string(count)});
  };
  if (minutes < 1) return say(phrases::just_now, language);
  if (minutes < 60) return choose(minutes, phrases::minute_ago, phrases::minutes_ago);
  if (minutes < 48 * 60) return choose(minutes / 60, phrases::hour_ago, phrases::hours_ago);
  return choose(minutes / (24 * 60), phrases::day_ago, phrases::days_ago);
}

std::string elapsed(std::chrono::microseconds took, model::Language language) {
  const auto milliseconds = took.count() / 1000;
  if (milliseconds < 1) return "< 1 ms";
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  const char point = language == model::Language::german ? ',' : '.';
  return fmt::format("{}{}{} s", milliseconds / 1000, point, milliseconds % 1000 / 100);
}

std::string grouped(std::uint64_t number, model::Language language) {
  std::string digits = std::to_string(number);
  const char separator = language == model::Language::german ? '.' : ',';
  for (std::size_t place = digits.size(); place > 3;) {
    place -= 3;
    digits.insert(place, 1, separator);
  }
  return digits;
}

Html time_of(base::Instant at, model::Language language) {
  return tag::time(datetime(at), moment(at, language));
}

Html day_of(base::Instant at, model::Language language) {
  return tag::time(Attribute("datetime", base::iso_date(at)), day(at, language));
}

Html checked_of(base::Instant at, base::Instant now, model::Language language) {
  return tag::time(datetime(at), Attribute("title", moment(at, language)),
                   say(phrases::checked, language, {age(at, now, language)}));
}

Html age_of(base::Instant at, base::Instant now, model::Language language) {
  return tag::time(datetime(at), Attribute("title", moment(at, language)), age(at, now, language));
}

}  // namespace art32::portal
