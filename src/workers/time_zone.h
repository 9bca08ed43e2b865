// An IANA time zone of the operating system's database: which instants a local
// time means. Rules come from Howard Hinnant's date library; none is ours.
//
// A small value; the zone behind it lives as long as the program. Any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace date {
class time_zone;
}

namespace art32::workers {

// A moment as the clock on the wall shows it.
using LocalMinutes = std::chrono::local_time<std::chrono::minutes>;

struct Occurrence {
  enum class Kind {
    once,
    skipped,  // `first` is the first moment after the gap
    twice,    // `first`, and `second` after the clock went back
  };
  Kind kind = Kind::once;
  std::chrono::sys_seconds first;
  std::chrono::sys_seconds second;
};

class TimeZone {
 public:
  // `configuration` when the system doesn't know the name.
  static base::Result<TimeZone> find(std::string_view name);

  const std::string& name() const { return name_; }
  std::chrono::sys_days local_day(
      std::chrono::sys_seconds instant) const;  // the date there, as if it were UTC
  Occurrence at(LocalMinutes local) const;

 private:
  TimeZone(std::string name, const date::time_zone* zone) : name_(std::move(name)), zone_(zone) {}

  std::string name_;
  const date::time_zone* zone_;
};

}  // namespace art32::workers
