#include "annex/json_writer.h"

#include "base/assert.h"

namespace art32::annex {

void JsonWriter::separate() {
  if (!first_) json_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  json_ += bracket;
  open_ += bracket == '{' ? '}' : ']';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close() {
  ART32_ASSERT(!open_.empty());
  json_ += open_.back();
  open_.pop_back();
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  json_ += base::json_string(name);
  json_ += ':';
  first_ = true;  // its value follows without a comma
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  return literal(base::json_string(value));
}

JsonWriter& JsonWriter::literal(std::string_view json) {
  separate();
  json_ += json;
  return *this;
}

JsonWriter& JsonWriter::field(std::string_view name, const model::Text& value) {
  key(name).open('{');
  for (const model::Language language : model::languages)
    field(model::tag(language), value.in(language));
  return close();
}

JsonWriter& JsonWriter::field(std::string_view name, const std::vector<std::string>& values) {
  key(name).open('[');
  for (const std::string& value : values)
    text(value);
  return close();
}

std::string JsonWriter::take() {
  ART32_ASSERT(open_.empty());
  return std::move(json_);
}

}  // namespace art32::annex
