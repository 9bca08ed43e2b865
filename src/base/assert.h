// ART32_ASSERT: a condition that only our own bug can break. Active in release
// builds; prints the condition and its place, then aborts.
#pragma once

namespace art32::base {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace art32::base

#define ART32_ASSERT(condition)                                        \
  do {                                                                 \
    if (!(condition)) [[unlikely]]                                     \
      ::art32::base::assertion_failed(#condition, __FILE__, __LINE__); \
  } while (false)
