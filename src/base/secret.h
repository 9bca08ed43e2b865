// Bytes that must not leak: wiped when destroyed, moved not copied, never
// formatted. Whoever needs the octets says so by calling view().
#pragma once

#include "base/bytes.h"

namespace art32::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes bytes) : bytes_(std::move(bytes)) {}
  explicit Secret(std::string_view text) : bytes_(to_bytes(text)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  ByteView view() const { return bytes_; }
  std::string_view text() const { return as_text(bytes_); }
  std::size_t size() const { return bytes_.size(); }
  Secret clone() const { return Secret(bytes_); }

 private:
  void wipe();
  Bytes bytes_;
};

}  // namespace art32::base
