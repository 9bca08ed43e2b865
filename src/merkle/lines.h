// The line-wise reading that notes, checkpoints and proofs share: lines that end
// in a newline, decimal numbers without leading zeroes, hashes in base64.
//
// Borrows the text it reads. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "merkle/tree.h"

namespace art32::merkle {

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // The next line without its newline; nothing at the end, or where the newline is missing.
  std::optional<std::string_view> next();
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// "0", or digits that don't start with a zero.
std::optional<std::uint64_t> parse_decimal(std::string_view text);
std::optional<Hash> parse_hash(std::string_view text);

}  // namespace art32::merkle
