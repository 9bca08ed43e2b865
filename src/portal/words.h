// Dates, ages, durations and counts as a reader of the language expects them.
// Pure. All times are UTC and say so.
#pragma once

#include <chrono>
#include <string>

#include "base/time.h"
#include "model/language.h"
#include "portal/html.h"

namespace art32::portal {

std::string day(base::Instant at, model::Language language);     // 23.11.2026 / 23 November 2026
std::string moment(base::Instant at, model::Language language);  // day, then 16:51 UTC
std::string age(base::Instant at, base::Instant now, model::Language language);  // vor 3 Minuten
std::string elapsed(std::chrono::microseconds took, model::Language language);   // 412 ms, 1,2 s
std::string grouped(std::uint64_t number, model::Language language);             // 1.000.000 / 1,000,000

// <time datetime="...">; the exact moment is also its title where only the age shows.
Html time_of(base::Instant at, model::Language language);
Html day_of(base::Instant at, model::Language language);
Html checked_of(base::Instant at, base::Instant now, model::Language language);  // geprüft vor 3 Minuten
Html age_of(base::Instant at, base::Instant now, model::Language language);

}  // namespace art32::portal
