// A TOML 1.0 file as a plain tree in which every key and value knows its line.
// Hides toml++ from the rest of the room; its exceptions end here. Values own
// everything, the text can go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "tl/expected.hpp"

namespace art32::annex {

struct Member;

struct Node {
  enum class Kind { text, integer, real, boolean, date, table, list, other };

  Kind kind = Kind::other;  // other: times of day, date-times
  int line = 0;
  std::string text;
  std::int64_t integer = 0;
  double real = 0;
  bool boolean = false;
  base::Instant date;
  std::vector<Member> members;  // of a table, in the order of the file
  std::vector<Node> elements;   // of a list

  const Member* find(std::string_view key) const;
};

struct Member {
  std::string key;
  int line = 0;
  Node value;
};

struct SyntaxError {
  int line = 0;
  std::string what;
};

// `text` is well-formed UTF-8. The root is a table.
tl::expected<Node, SyntaxError> parse_toml(std::string_view text);

// "a text", "a table", for messages.
std::string_view name(Node::Kind kind);

}  // namespace art32::annex
