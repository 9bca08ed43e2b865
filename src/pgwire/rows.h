// Results: RowDescription and DataRow. The relay lets them pass; the console of the
// gateway writes them, and what asks a server (an auth query, a probe) reads them.
//
// Views live as long as the body. Pure; any thread. PostgreSQL documentation, section 55.7.
#pragma once

#include <vector>

#include "pgwire/value_list.h"

namespace art32::pgwire {

inline constexpr std::uint32_t text_type = 25;  // OID of the type text (pg_type.dat)

struct Column {
  std::string_view name;
  std::uint32_t table = 0;  // OID; 0: not a column of a table
  std::int16_t attribute = 0;
  std::uint32_t type = text_type;
  std::int16_t type_octets = -1;  // negative: variable
  std::int32_t type_modifier = -1;
  std::uint16_t format = 0;
};
std::optional<std::vector<Column>> parse_row_description(base::ByteView body);
void put_row_description(base::Bytes& target, std::span<const Column> columns);
// Columns of type text.
void put_text_columns(base::Bytes& target, std::span<const std::string_view> names);

std::optional<ValueList> parse_data_row(base::ByteView body) noexcept;
void put_data_row(base::Bytes& target, std::span<const Value> values);

}  // namespace art32::pgwire
