#include "merkle/lines.h"

#include <algorithm>

#include "base/text.h"

namespace art32::merkle {

std::optional<std::string_view> Lines::next() {
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return base::parse_number(text);
}

std::optional<Hash> parse_hash(std::string_view text) {
  const std::optional<base::Bytes> octets = base::from_base64(text);
  Hash hash;
  if (!octets || octets->size() != hash.size()) return std::nullopt;
  std::copy(octets->begin(), octets->end(), hash.begin());
  return hash;
}

}  // namespace art32::merkle
