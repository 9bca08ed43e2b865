// JSON laid out for people: two spaces a level, one member a line. Text that
// isn't JSON comes back as it is. Pure.
#pragma once

#include <string>
#include <string_view>

namespace art32::portal {

std::string pretty_json(std::string_view text);

}  // namespace art32::portal
