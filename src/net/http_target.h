// The target of a request in origin-form (RFC 9112 section 3.2.1): checked, split
// and percent-decoded. Pure.
//
// Refused, because a server behind or before us might read it otherwise: absolute,
// authority and asterisk form, fragments, octets outside RFC 3986, broken percent
// encoding, encoded slashes, backslashes and controls, text that isn't UTF-8, and
// "." or ".." as a segment, encoded or not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace art32::net {

struct HttpTarget {
  std::string path;   // decoded, begins with '/'
  std::string query;  // after '?', not decoded
};

std::optional<HttpTarget> parse_target(std::string_view target);

// The values of one name in a query ("name=value&name=..."), percent-decoded, in their order.
std::vector<std::string> query_values(std::string_view query, std::string_view name);

// As a part of a path or the value of a query: all but RFC 3986's unreserved characters as %XX.
std::string encoded(std::string_view text);

}  // namespace art32::net
