#include "gateway/statement_id.h"

#include <algorithm>
#include <cstring>

namespace art32::gateway {

namespace {

constexpr std::string_view prefix = "art32:";
constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t id_digits = 9;
constexpr unsigned digit_bits = 6;
constexpr std::uint64_t id_mask = (std::uint64_t{1} << (id_digits * digit_bits)) - 1;

}  // namespace

StatementId StatementIds::draw() {
  std::uint64_t bits = 0;
  while ((bits & id_mask) == 0) {
    if (used_ == drawn_.size()) {
      fill_(drawn_);
      used_ = 0;
    }
    std::memcpy(&bits, drawn_.data() + used_, sizeof(bits));
    used_ += sizeof(bits);
  }
  return static_cast<StatementId>(bits & id_mask);
}

std::string server_name(StatementId id) {
  std::array<char, prefix.size() + id_digits> name;
  std::copy(prefix.begin(), prefix.end(), name.data());
  auto bits = static_cast<std::uint64_t>(id);
  for (std::size_t at = name.size(); at > prefix.size(); bits >>= digit_bits)
    name[--at] = digits[bits % digits.size()];
  return {name.data(), name.size()};
}

bool looks_like_server_name(std::string_view name) {
  return name.starts_with(prefix);
}

bool mentions_server_name(std::string_view message) {
  return message.find(prefix) != message.npos;
}

}  // namespace art32::gateway
