// A fuzz target's input, taken apart: numbers and octets from its beginning,
// zeroes once it is used up. Borrows the input. One thread.
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace art32::fuzz {

class Input {
 public:
  Input(const unsigned char* data, std::size_t size) : rest_(data, size) {}

  std::uint64_t number(std::size_t octets) {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : take(octets))
      value = value << 8 | octet;
    return value;
  }
  base::ByteView take(std::size_t octets) {
    const base::ByteView head = rest_.first(std::min(octets, rest_.size()));
    rest_ = rest_.subspan(head.size());
    return head;
  }
  base::ByteView rest() const { return rest_; }
  std::string_view text() const { return base::as_text(rest_); }

 private:
  base::ByteView rest_;
};

}  // namespace art32::fuzz
