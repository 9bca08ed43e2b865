// Writes JSON without white space, keys in the order of the calls: the same
// calls give the same octets. Nesting is the caller's; mistakes abort.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"
#include "model/language.h"

namespace art32::annex {

class JsonWriter {
 public:
  JsonWriter& open(char bracket);  // '{' or '['
  JsonWriter& close();
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& literal(std::string_view json);  // a number, or JSON already written

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  // {"de":"...","en":"..."}
  JsonWriter& field(std::string_view name, const model::Text& value);
  JsonWriter& field(std::string_view name, const std::vector<std::string>& values);

  std::string take();

 private:
  void separate();
  std::string json_;
  std::string open_;  // the brackets that will close what is open
  bool first_ = true;
};

}  // namespace art32::annex
