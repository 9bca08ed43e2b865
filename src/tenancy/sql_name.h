// Names in SQL text: of tables, columns, policies. A name is whatever its owner called it, so
// none gets into SQL or into a comment but through here.
//
// quote() follows quote_ident(): without quotes where PostgreSQL reads the name as it stands.
// For the readers of schemas and the makers of plans. Pure; any thread.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace art32::tenancy {

struct ObjectName {
  std::string schema, name;
  auto operator<=>(const ObjectName&) const = default;
};

std::string quote(std::string_view name);
std::string quote(const ObjectName& object);
std::string quote_list(const std::vector<std::string>& names);  // "a, b"

// The name, or its beginning and a digest of the whole: PostgreSQL cuts names after 63 octets.
std::string fitting_name(std::string_view name);

// "-- text": control characters, which could end the comment, are blanks.
std::string sql_comment(std::string_view text);

}  // namespace art32::tenancy
