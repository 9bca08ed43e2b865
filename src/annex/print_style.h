// The style of the printed annex (CSS Paged Media): A4, one typeface, margin
// notes for the proofs. Its strings for the page margins are set by html.cpp.
#pragma once

#include <string_view>

namespace art32::annex {

extern const std::string_view print_style;

}  // namespace art32::annex
