// The Strict-Transport-Security header field (RFC 6797 section 6.1), read as a
// browser reads it. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "model/annex.h"

namespace art32::audit {

struct HstsPolicy {
  std::chrono::seconds max_age{0};
  bool include_subdomains = false;
};

// Nothing for a field that a browser ignores: no max-age, a directive twice, a
// malformed value. Unknown directives are skipped.
std::optional<HstsPolicy> parse_hsts(std::string_view field);

// How long the annex promises it to hold; nothing if it doesn't.
std::optional<std::chrono::milliseconds> promised_max_age(const model::Annex& annex);

}  // namespace art32::audit
