#include "tenancy/sql_name.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/digest.h"

namespace art32::tenancy {
namespace {

constexpr std::size_t name_octets = 63;    // NAMEDATALEN - 1
constexpr std::size_t digest_letters = 8;  // of a name that was cut

// PostgreSQL 15, appendix C: every key word that isn't "non-reserved"; sorted.
constexpr auto keywords = std::to_array<std::string_view>({
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
});
static_assert(std::is_sorted(keywords.begin(), keywords.end()));

bool is_plain(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos &&
         !std::binary_search(keywords.begin(), keywords.end(), name);
}

bool continues_a_character(char octet) {
  return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

}  // namespace

std::string quote(std::string_view name) {
  if (is_plain(name)) return std::string(name);
  return '"' + base::replace_all(std::string(name), "\"", "\"\"") + '"';
}

std::string quote(const ObjectName& object) {
  return quote(object.schema) + '.' + quote(object.name);
}

std::string quote_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names)
    quoted.push_back(quote(name));
  return base::join(quoted, ", ");
}

std::string fitting_name(std::string_view name) {
  if (name.size() <= name_octets) return std::string(name);
  std::size_t kept = name_octets - digest_letters - 1;
  while (kept > 0 && continues_a_character(name[kept]))
    --kept;
  return std::string(name.substr(0, kept)) + '_' + crypto::sha256_hex(name).substr(0, digest_letters);
}

std::string sql_comment(std::string_view text) {
  std::string line = "-- ";
  for (const char octet : text)
    line += static_cast<unsigned char>(octet) < ' ' || octet == '\x7f' ? ' ' : octet;
  return line;
}

}  // namespace art32::tenancy
