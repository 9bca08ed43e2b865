// One field of a cron expression: "*/5", "1,15", "mon-fri", as in crontab(5).
// Pure; for schedule.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace art32::workers {

struct CronField {
  std::string_view name;  // for errors: "day of month"
  unsigned least;
  unsigned greatest;
  std::span<const std::string_view> words;  // "jan" is `least`, and so on; may be empty
};

// Bit n for each value n. `configuration` names the field and the part at fault.
base::Result<std::uint64_t> parse_cron_field(const CronField& field, std::string_view text);

}  // namespace art32::workers
