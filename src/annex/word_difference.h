// The words that two texts share and those that only one has, by their longest
// common subsequence (Hunt and McIlroy 1976). Pure.
#pragma once

#include <string_view>
#include <vector>

#include "annex/difference.h"

namespace art32::annex {

// In order; common and removed runs joined are `before`, common and added ones
// `after`. A removed run comes before the added one in its place.
std::vector<WordRun> compare_words(std::string_view before, std::string_view after);

}  // namespace art32::annex
