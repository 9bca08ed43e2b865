#include "workers/schedule.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

#include "workers/cron_field.h"

namespace art32::workers {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::string_view month_words[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view weekday_words[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr CronField minute_field{"minute", 0, 59, {}};
constexpr CronField hour_field{"hour", 0, 23, {}};
constexpr CronField day_field{"day of month", 1, 31, {}};
constexpr CronField month_field{"month", 1, 12, month_words};
constexpr CronField weekday_field{"day of week", 0, 7, weekday_words};

constexpr int days_searched = 5 * 366;

bool has(std::uint64_t bits, unsigned value) {
  return (bits >> value & 1U) != 0;
}

std::vector<std::string_view> fields_of(std::string_view expression) {
  std::vector<std::string_view> fields;
  constexpr std::string_view space = " \t";
  for (std::size_t begin = expression.find_first_not_of(space); begin != std::string_view::npos;
       begin = expression.find_first_not_of(space, begin)) {
    const std::size_t end = std::min(expression.find_first_of(space, begin), expression.size());
    fields.push_back(expression.substr(begin, end - begin));
    begin = end;
  }
  return fields;
}

}  // namespace

base::Result<Schedule> Schedule::parse(std::string_view expression, std::string_view zone) {
  ART32_ASSIGN(TimeZone found, TimeZone::find(zone));
  const std::vector<std::string_view> fields = fields_of(expression);
  if (fields.size() != 5)
    return base::failure(base::ErrorCode::configuration,
                         fmt::format("\"{}\" has {} fields instead of 5", expression, fields.size()),
                         "write minute, hour, day of month, month and day of week, as in 30 2 * * *");
  Schedule schedule(std::move(found));
  schedule.expression_ = expression;
  ART32_ASSIGN(schedule.minutes_, parse_cron_field(minute_field, fields[0]));
  ART32_ASSIGN(schedule.hours_, parse_cron_field(hour_field, fields[1]));
  ART32_ASSIGN(schedule.days_, parse_cron_field(day_field, fields[2]));
  ART32_ASSIGN(schedule.months_, parse_cron_field(month_field, fields[3]));
  ART32_ASSIGN(schedule.weekdays_, parse_cron_field(weekday_field, fields[4]));
  if (has(schedule.weekdays_, 7)) schedule.weekdays_ |= 1;  // 7 is Sunday too
  schedule.any_hour_ = fields[1].front() == '*';
  schedule.any_day_ = fields[2].front() == '*';
  schedule.any_weekday_ = fields[4].front() == '*';
  return schedule;
}

bool Schedule::matches(sys_days local_day) const {
  const std::chrono::year_month_day date(local_day);
  if (!has(months_, static_cast<unsigned>(date.month()))) return false;
  const bool day = has(days_, static_cast<unsigned>(date.day()));
  const bool weekday = has(weekdays_, std::chrono::weekday(local_day).c_encoding());
  // crontab(5): with both restricted, either is enough.
  return any_day_ || any_weekday_ ? day && weekday : day || weekday;
}

// In no order: a local day can have its hours twice.
std::vector<std::chrono::sys_seconds> Schedule::moments_on(sys_days local_day) const {
  std::vector<std::chrono::sys_seconds> moments;
  for (unsigned hour = 0; hour < 24; ++hour) {
    for (unsigned minute = 0; has(hours_, hour) && minute < 60; ++minute) {
      if (!has(minutes_, minute)) continue;
      const LocalMinutes local(local_day.time_since_epoch() + std::chrono::hours(hour) +
                               std::chrono::minutes(minute));
      const Occurrence occurrence = zone_.at(local);
      if (occurrence.kind != Occurrence::Kind::skipped || !any_hour_) moments.push_back(occurrence.first);
      if (occurrence.kind == Occurrence::Kind::twice && any_hour_) moments.push_back(occurrence.second);
    }
  }
  return moments;
}

std::optional<base::Instant> Schedule::first_on(sys_days local_day, base::Instant after) const {
  std::optional<base::Instant> first;
  for (const std::chrono::sys_seconds moment : moments_on(local_day))
    if (moment > after && (!first || moment < *first)) first = moment;
  return first;
}

std::optional<base::Instant> Schedule::next(base::Instant after) const {
  // A day early and a day late: where the clock changes at midnight, moments of
  // neighbouring local days interleave, and a skipped day runs on the next.
  const sys_days today = zone_.local_day(std::chrono::floor<std::chrono::seconds>(after));
  for (int i = -1; i <= days_searched; ++i) {
    const sys_days day = today + days(i);
    std::optional<base::Instant> found = matches(day) ? first_on(day, after) : std::nullopt;
    if (!found) continue;
    const sys_days following = day + days(1);
    const std::optional<base::Instant> rival = matches(following) ? first_on(following, after) : std::nullopt;
    return rival && *rival < *found ? rival : found;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> Schedule::longest_gap(base::Instant after) const {
  constexpr int days_of_a_year = 366;
  const sys_days today = zone_.local_day(std::chrono::floor<std::chrono::seconds>(after));
  std::vector<std::chrono::sys_seconds> runs;
  for (int i = -1; i <= days_of_a_year; ++i)
    if (const sys_days day = today + days(i); matches(day))
      for (const std::chrono::sys_seconds moment : moments_on(day))
        if (moment > after) runs.push_back(moment);
  std::sort(runs.begin(), runs.end());
  // The one that follows, or two where the year has none.
  const auto add_next = [&](base::Instant from) {
    const std::optional<base::Instant> following = next(from);
    if (following) runs.push_back(std::chrono::floor<std::chrono::seconds>(*following));
    return following.has_value();
  };
  if (runs.empty() && !add_next(after)) return std::nullopt;
  if (!add_next(runs.back())) return std::nullopt;
  std::chrono::seconds longest{0};
  for (std::size_t i = 1; i < runs.size(); ++i)
    longest = std::max(longest, runs[i] - runs[i - 1]);
  return longest;
}

}  // namespace art32::workers
