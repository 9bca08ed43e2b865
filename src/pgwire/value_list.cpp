#include "pgwire/value_list.h"

namespace art32::pgwire {

FormatList FormatList::read(BodyReader& reader) noexcept {
  return of(reader.octets(std::size_t{2} * reader.u16()));
}

FormatList FormatList::of(base::ByteView codes) noexcept {
  FormatList list;
  list.codes_ = codes;
  return list;
}

void FormatList::write(MessageWriter& writer) const {
  writer.u16(count()).octets(codes_);
}

std::uint16_t FormatList::format_of(std::size_t index) const noexcept {
  if (count() == 1) index = 0;
  if (index >= count()) return 0;
  return static_cast<std::uint16_t>(codes_[2 * index] << 8 | codes_[2 * index + 1]);
}

Value read_value(BodyReader& reader) noexcept {
  const std::int32_t length = reader.i32();
  if (length == -1) return std::nullopt;
  // A negative length becomes more than any body holds.
  return reader.octets(static_cast<std::uint32_t>(length));
}

void write_value(MessageWriter& writer, const Value& value) {
  if (!value) {
    writer.i32(-1);
    return;
  }
  ART32_ASSERT(value->size() <= 0x7fff'ffff);
  writer.u32(static_cast<std::uint32_t>(value->size())).octets(*value);
}

ValueList ValueList::read(BodyReader& reader) noexcept {
  ValueList list;
  const std::uint16_t count = reader.u16();
  BodyReader start = reader;
  const std::size_t begin = reader.offset();
  for (std::uint16_t index = 0; index < count && !reader.failed(); ++index)
    (void)read_value(reader);
  if (reader.failed()) return {};
  list.count_ = count;
  list.octets_ = start.octets(reader.offset() - begin);
  return list;
}

void ValueList::write(MessageWriter& writer) const {
  writer.u16(count_).octets(octets_);
}

Value ValueReader::next() noexcept {
  ART32_ASSERT(left_ > 0);
  --left_;
  return read_value(reader_);
}

void write_values(MessageWriter& writer, std::span<const Value> values) {
  ART32_ASSERT(values.size() <= 0xffff);
  writer.u16(static_cast<std::uint16_t>(values.size()));
  for (const Value& value : values)
    write_value(writer, value);
}

}  // namespace art32::pgwire
