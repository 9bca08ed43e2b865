// Cron expressions with a time zone: when does a job run next?
//
// Five fields (minute hour day-of-month month day-of-week), with lists, ranges,
// steps and names, as in crontab(5): when both days are restricted, either
// matches. Changes of the clock, as in Debian's cron(8): a local time that is
// skipped runs at the first moment after the gap, one that occurs twice runs
// once; but a job whose hour is `*` keeps its pace, and so runs in both of the
// doubled hours and not again for the skipped one. Plain values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "workers/time_zone.h"

namespace art32::workers {

class Schedule {
 public:
  // `configuration` with the field at fault. `zone` is an IANA name, "Europe/Berlin".
  static base::Result<Schedule> parse(std::string_view expression, std::string_view zone);

  // The first moment strictly after `after`; nothing if none comes within five years.
  std::optional<base::Instant> next(base::Instant after) const;
  // The longest time between two runs of the year after `after`, the first of the next
  // year among them; nothing if the schedule ends.
  std::optional<std::chrono::seconds> longest_gap(base::Instant after) const;
  const std::string& expression() const { return expression_; }
  const std::string& zone() const { return zone_.name(); }

 private:
  explicit Schedule(TimeZone zone) : zone_(std::move(zone)) {}
  bool matches(std::chrono::sys_days local_day) const;
  std::vector<std::chrono::sys_seconds> moments_on(std::chrono::sys_days local_day) const;
  std::optional<base::Instant> first_on(std::chrono::sys_days local_day, base::Instant after) const;

  std::string expression_;
  TimeZone zone_;
  // Bit n: the value n is among the field's. Sunday is 0.
  std::uint64_t minutes_ = 0, hours_ = 0, days_ = 0, months_ = 0, weekdays_ = 0;
  bool any_hour_ = false, any_day_ = false, any_weekday_ = false;
};

}  // namespace art32::workers
