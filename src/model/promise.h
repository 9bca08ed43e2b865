// A Promise: a typed parameter of a measure, read by the control that keeps it,
// by the probe that measures it and by the sentence that says it.
//
// Plain values; copy and compare. Formatting follows the language: 30 Tage /
// 30 days, 1.000 / 1,000, 99,9 % / 99.9 %, 23.11.2026 / 23 November 2026.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "model/language.h"

namespace art32::model {

enum class PromiseType {
  duration,    // "30d", "72h", "365d"
  count,       // 14
  percentage,  // 99.9
  date,        // 2026-11-23
  text,        // one string for both languages, such as "AES-256"
  words,       // a string per language, such as a country's name
};

std::string_view name(PromiseType type);
std::optional<PromiseType> parse_promise_type(std::string_view name);

struct Promise {
  std::string name;  // snake_case, unique within its measure
  PromiseType type = PromiseType::text;
  std::variant<std::chrono::milliseconds, std::int64_t, double, base::Instant, std::string, Text> value;

  bool operator==(const Promise&) const = default;
};

// The grammatical form a German sentence needs: "30 Tage" as subject or object,
// "nach 30 Tagen" in the dative. English has one form for both.
enum class Form { plain, dative };

std::optional<Form> parse_form(std::string_view name);  // "dative"

// As the sentence says it.
std::string format(const Promise& promise, Language language, Form form = Form::plain);
// As configuration writes it, in one spelling only ("30d", never "720h"); words
// as {"de":"...","en":"..."}. For digests and comparisons.
std::string canonical(const Promise& promise);

// The unit a person would choose: the largest that divides evenly (72h stays
// hours below four days: "72 Stunden", "4 Tage").
std::string format_duration(std::chrono::milliseconds duration, Language language, Form form = Form::plain);
std::string format_date(base::Instant date, Language language);

}  // namespace art32::model
