#include "audit/probes/hsts_policy.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"

namespace art32::audit {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// RFC 6797 section 6.1.1: delta-seconds, also as a quoted-string.
std::optional<std::chrono::seconds> parse_max_age(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  const auto seconds = base::parse_number(value);
  constexpr std::uint64_t century = 100ULL * 366 * 24 * 3600;
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(*seconds, century)));
}

}  // namespace

std::optional<HstsPolicy> parse_hsts(std::string_view field) {
  HstsPolicy policy;
  std::set<std::string> directives;
  for (std::string_view part : base::split(field, ';')) {
    part = base::trim(part);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const std::string name = lower(base::trim(part.substr(0, equals)));
    // Section 6.1, rule 2: no directive more than once.
    if (!directives.insert(name).second) return std::nullopt;
    if (name == "includesubdomains") policy.include_subdomains = true;
    if (name != "max-age") continue;
    if (equals == std::string_view::npos) return std::nullopt;
    const auto max_age = parse_max_age(base::trim(part.substr(equals + 1)));
    if (!max_age) return std::nullopt;
    policy.max_age = *max_age;
  }
  if (!directives.contains("max-age")) return std::nullopt;
  return policy;
}

std::optional<std::chrono::milliseconds> promised_max_age(const model::Annex& annex) {
  const model::Measure* measure = annex.measure("encryption.transport");
  const model::Promise* promise = measure == nullptr ? nullptr : measure->promise("hsts_max_age");
  const auto* promised =
      promise == nullptr ? nullptr : std::get_if<std::chrono::milliseconds>(&promise->value);
  return promised == nullptr ? std::nullopt : std::optional(*promised);
}

}  // namespace art32::audit
