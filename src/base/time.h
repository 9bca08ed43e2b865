// Instants, durations and the injected clock.
//
// Instant is UTC with microseconds; text is RFC 3339 with a Z. Code that needs
// the time takes a Clock&, so that a test can set it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace art32::base {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Seconds = std::chrono::seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;  // may step back; safe from any thread
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(start) {}
  Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }
  void advance(std::chrono::microseconds by) { now_ += by; }

 private:
  Instant now_;
};

std::string rfc3339(Instant instant);                          // 2026-11-23T16:51:54.123456Z
std::string rfc3339_seconds(Instant instant);                  // 2026-11-23T16:51:54Z
std::string iso_date(Instant instant);                         // 2026-11-23
std::string http_date(Instant instant);                        // RFC 9110 section 5.6.7, IMF-fixdate
std::optional<Instant> parse_rfc3339(std::string_view text);   // Z only; 0 to 6 decimals
std::optional<Instant> parse_iso_date(std::string_view text);  // midnight UTC

// "72h", "30d", "15m", "45s", "250ms": a whole number and one unit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace art32::base
