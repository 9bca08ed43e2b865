// A personal value that is given away with its opening, as a line of values.ndjson, and its check against
// the record that commits to it. docs/formats/evidence-pack.md, "Values". Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "crypto/digest.h"
#include "trail/record.h"

namespace art32::trail {

struct DisclosedValue {
  std::uint64_t number = 0;  // of the record
  std::string column;
  RowSide side = RowSide::after;
  crypto::Digest opening{};
  std::string value;

  bool operator==(const DisclosedValue&) const = default;
};

std::string format_disclosed_value(const DisclosedValue& value);  // without a line's end
// `check_failed` for anything else.
base::Result<DisclosedValue> parse_disclosed_value(std::string_view line);
// `check_failed` unless this record commits to it.
base::Status verify_disclosed_value(const DisclosedValue& value, std::string_view record);

}  // namespace art32::trail
