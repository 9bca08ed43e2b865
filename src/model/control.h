// A Control: code that keeps a measure. The table of all controls stands in
// app/controls.cpp; annex::load refuses a paragraph that names another one, one
// with a promise that none of its controls reads, and a promised value that the
// control reading it can't keep.
//
// Plain values; views point to literals.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/language.h"
#include "model/promise.h"

namespace art32::model {

// The values of a promise that a control can keep. Both ends belong to a range.
struct DurationRange {
  std::chrono::milliseconds least;
  std::chrono::milliseconds greatest;
  std::chrono::milliseconds step{1};  // only whole multiples of it
};
struct CountRange {
  std::int64_t least = 0;
  std::int64_t greatest = 0;
};
using TextChoice = std::vector<std::string_view>;  // these and no others
using KeptValues = std::variant<DurationRange, CountRange, TextChoice>;

PromiseType type_of(const KeptValues& values);
// False for a promise of another type.
bool keeps(const KeptValues& values, const Promise& promise);
// As a mend says it: "a duration from 365d to 1095d in steps of 1s", "a number
// from 10 to 16", "\"TLS 1.3\"".
std::string describe(const KeptValues& values);

// A promise that a control reads, and so must exist with one of these values.
struct PromiseUse {
  std::string_view measure;
  std::string_view promise;
  KeptValues values;
};

struct Control {
  std::string_view id;  // "portal.hsts"
  Text how;             // how the measure is kept, one or two sentences
  std::vector<PromiseUse> reads;
};

}  // namespace art32::model
