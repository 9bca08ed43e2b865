// Lists of values as Bind, FunctionCall and DataRow carry them, and lists of format
// codes: views into the body, walked without allocation.
//
// A list was checked as a whole when it was read, so walking it can't fail. Counts are
// unsigned 16-bit numbers, as PostgreSQL reads them. Views live as long as the body.
#pragma once

#include <optional>
#include <span>

#include "pgwire/body_reader.h"
#include "pgwire/message_writer.h"

namespace art32::pgwire {

// Octets of a value; nothing for NULL.
using Value = std::optional<base::ByteView>;

// Format codes: 0 text, 1 binary; others are the server's to refuse.
class FormatList {
 public:
  FormatList() = default;
  static FormatList read(BodyReader& reader) noexcept;  // on failure the reader has failed
  void write(MessageWriter& writer) const;
  // `codes`: two octets each, borrowed.
  static FormatList of(base::ByteView codes) noexcept;

  std::uint16_t count() const noexcept { return static_cast<std::uint16_t>(codes_.size() / 2); }
  // Of the value at `index` (section 55.2.3): no code means text for all, one holds for all.
  std::uint16_t format_of(std::size_t index) const noexcept;

 private:
  base::ByteView codes_;
};

class ValueList {
 public:
  ValueList() = default;
  static ValueList read(BodyReader& reader) noexcept;  // on failure empty, and the reader has failed
  void write(MessageWriter& writer) const;

  std::uint16_t count() const noexcept { return count_; }
  base::ByteView octets() const noexcept { return octets_; }  // lengths and values

 private:
  std::uint16_t count_ = 0;
  base::ByteView octets_;
};

// Walks a list from its first value on.
class ValueReader {
 public:
  explicit ValueReader(const ValueList& list) noexcept : reader_(list.octets()), left_(list.count()) {}

  bool has_next() const noexcept { return left_ > 0; }
  Value next() noexcept;  // has_next() was asked

 private:
  BodyReader reader_;
  std::uint16_t left_;
};

// One value of the form length, octets; -1 for NULL. Another negative length fails.
Value read_value(BodyReader& reader) noexcept;
void write_value(MessageWriter& writer, const Value& value);

// The count and the values. At most 65,535 of them.
void write_values(MessageWriter& writer, std::span<const Value> values);

}  // namespace art32::pgwire
