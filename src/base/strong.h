// Integers that can't be swapped by mistake: `using LeafIndex = Strong<struct LeafIndexTag>`.
// Compare and copy like the integer within; no arithmetic, so that each one is written out.
#pragma once

#include <compare>
#include <cstdint>

namespace art32::base {

template <class Tag, class Integer = std::uint64_t>
struct Strong {
  Integer value = 0;

  constexpr Strong() = default;
  constexpr explicit Strong(Integer initial) : value(initial) {}
  constexpr auto operator<=>(const Strong&) const = default;
};

}  // namespace art32::base
