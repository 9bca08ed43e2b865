// Reads the comma-separated `name=value` attributes of SCRAM messages (RFC 5802
// section 7) in their order; a name is one letter, a value has no comma.
//
// Borrows the text it reads. One thread.
#pragma once

#include <optional>
#include <string_view>

namespace art32::pgwire {

class ScramAttributes {
 public:
  explicit ScramAttributes(std::string_view text) : text_(text) {}

  // The next attribute's value if that is its name; otherwise it stays the next one.
  std::optional<std::string_view> take(char name);
  // Passes over an extension: a letter without a meaning of its own, and a value. False
  // where there is none.
  bool skip();

  bool at_end() const { return position_ == text_.size(); }
  // Where the attributes taken so far end: before the comma, if one follows.
  std::size_t position() const { return position_; }

 private:
  std::optional<std::string_view> next() const;
  void pass(std::string_view attribute);

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace art32::pgwire
