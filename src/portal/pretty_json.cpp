#include "portal/pretty_json.h"

#include <boost/json.hpp>

namespace art32::portal {

namespace {

constexpr int deepest = 32;

void write(const boost::json::value& value, int depth, std::string& out);

template <class Container, class WriteOne>
void write_all(const Container& container, char open, char close, int depth, std::string& out,
               WriteOne write_one) {
  out += open;
  bool is_first = true;
  for (const auto& one : container) {
    out += is_first ? "\n" : ",\n";
    is_first = false;
    out.append(static_cast<std::size_t>(depth + 1) * 2, ' ');
    write_one(one);
  }
  out += '\n';
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
  out += close;
}

void write(const boost::json::value& value, int depth, std::string& out) {
  if (const auto* object = value.if_object(); object != nullptr && !object->empty() && depth < deepest) {
    write_all(*object, '{', '}', depth, out, [&](const auto& member) {
      out += boost::json::serialize(boost::json::string(member.key())) + ": ";
      write(member.value(), depth + 1, out);
    });
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty() && depth < deepest) {
    write_all(*array, '[', ']', depth, out, [&](const auto& element) { write(element, depth + 1, out); });
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

std::string pretty_json(std::string_view text) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
  if (error) return std::string(text);
  std::string out;
  write(value, 0, out);
  return out;
}

}  // namespace art32::portal
