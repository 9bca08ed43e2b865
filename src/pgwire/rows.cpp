#include "pgwire/rows.h"

#include "pgwire/message.h"

namespace art32::pgwire {
namespace {

Column read_column(BodyReader& reader) {
  Column column;
  column.name = reader.cstring();
  column.table = reader.u32();
  column.attribute = reader.i16();
  column.type = reader.u32();
  column.type_octets = reader.i16();
  column.type_modifier = reader.i32();
  column.format = reader.u16();
  return column;
}

void write_column(MessageWriter& writer, const Column& column) {
  writer.cstring(column.name)
      .u32(column.table)
      .i16(column.attribute)
      .u32(column.type)
      .i16(column.type_octets)
      .i32(column.type_modifier)
      .u16(column.format);
}

}  // namespace

std::optional<std::vector<Column>> parse_row_description(base::ByteView body) {
  BodyReader reader(body);
  std::vector<Column> columns;
  const std::uint16_t count = reader.u16();
  for (std::uint16_t index = 0; index < count && !reader.failed(); ++index)
    columns.push_back(read_column(reader));
  if (!reader.finished()) return std::nullopt;
  return columns;
}

void put_row_description(base::Bytes& target, std::span<const Column> columns) {
  ART32_ASSERT(columns.size() <= 0xffff);
  MessageWriter writer(target, backend_type::row_description);
  writer.u16(static_cast<std::uint16_t>(columns.size()));
  for (const Column& column : columns)
    write_column(writer, column);
  writer.finish();
}

void put_text_columns(base::Bytes& target, std::span<const std::string_view> names) {
  ART32_ASSERT(names.size() <= 0xffff);
  MessageWriter writer(target, backend_type::row_description);
  writer.u16(static_cast<std::uint16_t>(names.size()));
  for (const std::string_view name : names) {
    Column column;
    column.name = name;
    write_column(writer, column);
  }
  writer.finish();
}

std::optional<ValueList> parse_data_row(base::ByteView body) noexcept {
  BodyReader reader(body);
  const ValueList values = ValueList::read(reader);
  if (!reader.finished()) return std::nullopt;
  return values;
}

void put_data_row(base::Bytes& target, std::span<const Value> values) {
  MessageWriter writer(target, backend_type::data_row);
  write_values(writer, values);
  writer.finish();
}

}  // namespace art32::pgwire
