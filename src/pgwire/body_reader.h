// A cursor on the body of one message, checked: reads what is there or fails.
//
// After one failed read every further one fails too and gives zeroes or nothing, so a
// parser reads all fields and asks once. Never looks past the body. Borrows it; the
// views it gives live as long as the body. Numbers are big-endian (PostgreSQL
// documentation, section 55.6 "Message Data Types").
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace art32::pgwire {

class BodyReader {
 public:
  explicit BodyReader(base::ByteView body) noexcept : body_(body) {}

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() noexcept { return number(4); }
  std::uint64_t u64() noexcept {
    const std::uint64_t high = number(4);
    return high << 32 | number(4);
  }
  std::int16_t i16() noexcept { return static_cast<std::int16_t>(u16()); }
  std::int32_t i32() noexcept { return static_cast<std::int32_t>(u32()); }
  std::int64_t i64() noexcept { return static_cast<std::int64_t>(u64()); }

  // Up to a zero octet, which is read too and isn't part of it.
  std::string_view cstring() noexcept {
    const base::ByteView left = body_.subspan(at_);
    const auto end = std::find(left.begin(), left.end(), std::uint8_t{0});
    if (end == left.end()) return fail(), std::string_view();
    const auto size = static_cast<std::size_t>(end - left.begin());
    at_ += size + 1;
    return {reinterpret_cast<const char*>(left.data()), size};
  }

  base::ByteView octets(std::size_t count) noexcept {
    if (count > body_.size() - at_) return fail(), base::ByteView();
    const base::ByteView taken = body_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  // All that is left.
  base::ByteView rest() noexcept { return octets(body_.size() - at_); }

  std::size_t offset() const noexcept { return at_; }  // octets read
  bool failed() const noexcept { return failed_; }
  // Everything was there, and nothing is left.
  bool finished() const noexcept { return !failed_ && at_ == body_.size(); }

 private:
  std::uint32_t number(std::size_t size) noexcept {
    std::uint32_t value = 0;
    for (const std::uint8_t octet : octets(size))
      value = value << 8 | octet;
    return value;
  }
  void fail() noexcept {
    failed_ = true;
    body_ = {};
    at_ = 0;
  }

  base::ByteView body_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace art32::pgwire
