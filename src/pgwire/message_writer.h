// Appends one message to octets: its type, its length, its fields. The length is put
// in by finish(), which every writer must reach.
//
// Borrows the target, which may hold earlier messages; nothing else may append to it
// meanwhile. A zero octet within a cstring would make two fields of one, so it is our
// bug and aborts: what a stranger wrote is checked before.
#pragma once

#include "base/assert.h"
#include "base/bytes.h"

namespace art32::pgwire {

class MessageWriter {
 public:
  // A typed message.
  MessageWriter(base::Bytes& target, std::uint8_t type) : target_(target) {
    target_.push_back(type);
    open();
  }
  // A packet without a type, as the first ones of a connection are.
  explicit MessageWriter(base::Bytes& target) : target_(target) { open(); }
  MessageWriter(const MessageWriter&) = delete;
  MessageWriter& operator=(const MessageWriter&) = delete;
  ~MessageWriter() { ART32_ASSERT(is_finished_); }

  MessageWriter& u8(std::uint8_t value) {
    target_.push_back(value);
    return *this;
  }
  MessageWriter& u16(std::uint16_t value) {
    base::put_u16(target_, value);
    return *this;
  }
  MessageWriter& u32(std::uint32_t value) {
    base::put_u32(target_, value);
    return *this;
  }
  MessageWriter& i16(std::int16_t value) { return u16(static_cast<std::uint16_t>(value)); }
  MessageWriter& i32(std::int32_t value) { return u32(static_cast<std::uint32_t>(value)); }
  MessageWriter& cstring(std::string_view text) {
    ART32_ASSERT(text.find('\0') == std::string_view::npos);
    return octets(base::as_bytes(text)).u8(0);
  }
  MessageWriter& octets(base::ByteView more) {
    base::append(target_, more);
    return *this;
  }

  // `following`: octets of the body that somebody else sends behind what was written.
  void finish(std::size_t following = 0) {
    const std::size_t written = target_.size() - length_at_;
    constexpr std::size_t most = 0x7fff'ffff;
    ART32_ASSERT(!is_finished_ && following <= most && written <= most - following);
    const auto length = static_cast<std::uint32_t>(written + following);
    for (std::size_t index = 0; index < 4; ++index)
      target_[length_at_ + index] = static_cast<std::uint8_t>(length >> (24 - 8 * index));
    is_finished_ = true;
  }

 private:
  void open() {
    length_at_ = target_.size();
    target_.resize(target_.size() + 4);
  }

  base::Bytes& target_;
  std::size_t length_at_ = 0;
  bool is_finished_ = false;
};

}  // namespace art32::pgwire
