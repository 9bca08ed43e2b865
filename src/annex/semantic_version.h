// Version numbers as SemVer 2.0.0 writes and orders them: 1.2.3, 1.2.3-rc.1,
// 1.2.3+build. Plain values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace art32::annex {

struct SemanticVersion {
  std::uint64_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> prerelease;  // identifiers between the dots
};

// Nothing unless `text` is exactly one valid version (semver.org, grammar) of at most 64 characters.
std::optional<SemanticVersion> parse_semantic_version(std::string_view text);

// SemVer 2.0.0 clause 11; build metadata doesn't count.
std::strong_ordering precedence(const SemanticVersion& a, const SemanticVersion& b);

}  // namespace art32::annex
