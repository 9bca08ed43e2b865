#include "workers/time_zone.h"

#include <date/tz.h>
#include <fmt/core.h>

#include <stdexcept>

namespace art32::workers {

base::Result<TimeZone> TimeZone::find(std::string_view name) {
  try {
    const date::time_zone* zone = date::locate_zone(name);
    // The library reads a zone's file at its first use: have it fail here.
    (void)zone->get_info(std::chrono::sys_seconds{});
    return TimeZone(std::string(name), zone);
  } catch (const std::exception&) {
    return base::failure(base::ErrorCode::configuration, fmt::format("unknown time zone \"{}\"", name),
                         "write an IANA name such as Europe/Berlin, and install the package tzdata");
  }
}

std::chrono::sys_days TimeZone::local_day(std::chrono::sys_seconds instant) const {
  return std::chrono::floor<std::chrono::days>(instant + zone_->get_info(instant).offset);
}

Occurrence TimeZone::at(LocalMinutes local) const {
  const date::local_seconds there(local.time_since_epoch());
  const date::local_info info = zone_->get_info(there);
  const std::chrono::seconds since = there.time_since_epoch();
  switch (info.result) {
    case date::local_info::nonexistent:
      return {Occurrence::Kind::skipped, info.first.end, {}};
    case date::local_info::ambiguous:
      return {Occurrence::Kind::twice, std::chrono::sys_seconds(since - info.first.offset),
              std::chrono::sys_seconds(since - info.second.offset)};
    default:
      return {Occurrence::Kind::once, std::chrono::sys_seconds(since - info.first.offset), {}};
  }
}

}  // namespace art32::workers
