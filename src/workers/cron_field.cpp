#include "workers/cron_field.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace art32::workers {
namespace {

struct Range {
  unsigned first;
  unsigned last;
};

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<unsigned> parse_value(const CronField& field, std::string_view text) {
  for (unsigned i = 0; i < field.words.size(); ++i)
    if (equals_ignoring_case(field.words[i], text)) return field.least + i;
  const std::optional<std::uint64_t> number = base::parse_number(text);
  if (!number || *number < field.least || *number > field.greatest) return std::nullopt;
  return static_cast<unsigned>(*number);
}

std::optional<Range> parse_range(const CronField& field, std::string_view text) {
  if (text == "*") return Range{field.least, field.greatest};
  const std::size_t dash = text.find('-');
  const std::optional<unsigned> first = parse_value(field, text.substr(0, dash));
  const std::optional<unsigned> last =
      dash == std::string_view::npos ? first : parse_value(field, text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return Range{*first, *last};
}

std::optional<std::uint64_t> parse_part(const CronField& field, std::string_view part) {
  const std::size_t slash = part.find('/');
  const std::string_view range_text = part.substr(0, slash);
  const std::optional<Range> range = parse_range(field, range_text);
  if (!range) return std::nullopt;
  std::uint64_t step = 1;
  if (slash != std::string_view::npos) {
    const std::optional<std::uint64_t> number = base::parse_number(part.substr(slash + 1));
    // crontab(5): steps follow a range or an asterisk, never a single value.
    const bool is_range = range_text == "*" || range_text.find('-') != std::string_view::npos;
    if (!is_range || !number || *number == 0 || *number > field.greatest) return std::nullopt;
    step = *number;
  }
  std::uint64_t bits = 0;
  for (std::uint64_t value = range->first; value <= range->last; value += step)
    bits |= std::uint64_t{1} << value;
  return bits;
}

}  // namespace

base::Result<std::uint64_t> parse_cron_field(const CronField& field, std::string_view text) {
  std::uint64_t bits = 0;
  for (const std::string_view part : base::split(text, ',')) {
    const std::optional<std::uint64_t> more = parse_part(field, part);
    if (!more)
      return base::failure(
          base::ErrorCode::configuration, fmt::format("{}: \"{}\" is wrong", field.name, part),
          fmt::format("write values from {} to {}, as in 1,5-10 or */5", field.least, field.greatest));
    bits |= *more;
  }
  return bits;
}

}  // namespace art32::workers
