#include "pgwire/scram_attributes.h"

namespace art32::pgwire {
namespace {

// RFC 5802 section 5.1 gives these letters a meaning and a place of their own.
constexpr std::string_view assigned = "anmrcsipve";

bool is_extension(char name) {
  const bool is_letter = (name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z');
  return is_letter && assigned.find(name) == assigned.npos;
}

}  // namespace

std::optional<std::string_view> ScramAttributes::take(char name) {
  const auto attribute = next();
  if (!attribute || (*attribute)[0] != name) return std::nullopt;
  pass(*attribute);
  return attribute->substr(2);
}

bool ScramAttributes::skip() {
  const auto attribute = next();
  if (!attribute || !is_extension((*attribute)[0]) || attribute->size() == 2) return false;
  pass(*attribute);
  return true;
}

// At least a name and an equals sign.
std::optional<std::string_view> ScramAttributes::next() const {
  std::string_view rest = text_.substr(position_);
  if (position_ > 0) {
    if (!rest.starts_with(',')) return std::nullopt;
    rest.remove_prefix(1);
  }
  const std::string_view attribute = rest.substr(0, rest.find(','));
  if (attribute.size() < 2 || attribute[1] != '=') return std::nullopt;
  return attribute;
}

void ScramAttributes::pass(std::string_view attribute) {
  position_ = static_cast<std::size_t>(attribute.data() + attribute.size() - text_.data());
}

}  // namespace art32::pgwire
