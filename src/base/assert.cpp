#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace art32::base {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "art32: a fault in art32 itself: %s does not hold at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace art32::base
