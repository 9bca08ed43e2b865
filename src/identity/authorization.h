// The Authorization header of a request, taken apart (RFC 9110 section 11.6.2).
//
// The scheme's case doesn't matter. Basic is RFC 7617 with UTF-8; Bearer is read
// as Laravel reads it: what follows the last "Bearer ", up to a comma. Pure; the
// parts wipe themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/secret.h"

namespace art32::identity {

struct BasicCredentials {
  std::string name;
  base::Secret password;
};

struct BearerCredentials {
  base::Secret token;
};

using Credentials = std::variant<BasicCredentials, BearerCredentials>;

// Nothing for another scheme, or where it isn't well formed.
std::optional<Credentials> parse_authorization(std::string_view header);

}  // namespace art32::identity
