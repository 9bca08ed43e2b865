#include "annex/semantic_version.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace art32::annex {
namespace {

bool is_numeric(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_leading_zero(std::string_view text) {
  return text.size() > 1 && text.front() == '0';
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

// Clause 9: numeric identifiers of a pre-release have no leading zeros; clause 10 allows them in builds.
bool are_identifiers(std::string_view text, bool zeros) {
  for (const std::string_view part : base::split(text, '.'))
    if (!is_identifier(part) || (!zeros && is_numeric(part) && has_leading_zero(part))) return false;
  return true;
}

// Numbers of any length, without leading zeros.
std::strong_ordering compare_numeric(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::strong_ordering compare_identifiers(const std::string& a, const std::string& b) {
  const bool numeric_a = is_numeric(a), numeric_b = is_numeric(b);
  if (numeric_a && numeric_b) return compare_numeric(a, b);
  if (numeric_a != numeric_b) return numeric_a ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.compare(b) <=> 0;
}

}  // namespace

std::optional<SemanticVersion> parse_semantic_version(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  SemanticVersion version;
  if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
    if (!are_identifiers(text.substr(plus + 1), true)) return std::nullopt;
    text = text.substr(0, plus);
  }
  if (const std::size_t hyphen = text.find('-'); hyphen != std::string_view::npos) {
    if (!are_identifiers(text.substr(hyphen + 1), false)) return std::nullopt;
    for (const std::string_view part : base::split(text.substr(hyphen + 1), '.'))
      version.prerelease.emplace_back(part);
    text = text.substr(0, hyphen);
  }
  const auto parts = base::split(text, '.');
  const std::array targets{&version.major, &version.minor, &version.patch};
  if (parts.size() != targets.size()) return std::nullopt;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto number = base::parse_number(parts[i]);
    if (!number || has_leading_zero(parts[i])) return std::nullopt;
    *targets[i] = *number;
  }
  return version;
}

std::strong_ordering precedence(const SemanticVersion& a, const SemanticVersion& b) {
  if (const auto order = a.major <=> b.major; order != 0) return order;
  if (const auto order = a.minor <=> b.minor; order != 0) return order;
  if (const auto order = a.patch <=> b.patch; order != 0) return order;
  if (a.prerelease.empty() != b.prerelease.empty())
    return a.prerelease.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  for (std::size_t i = 0; i < a.prerelease.size() && i < b.prerelease.size(); ++i)
    if (const auto order = compare_identifiers(a.prerelease[i], b.prerelease[i]); order != 0) return order;
  return a.prerelease.size() <=> b.prerelease.size();
}

}  // namespace art32::annex
