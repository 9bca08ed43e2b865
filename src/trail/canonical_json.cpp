#include "trail/canonical_json.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <vector>

#include "base/json_text.h"

namespace art32::trail {
namespace {

namespace json = boost::json;

// RFC 8785 section 3.2.3: as UTF-16 orders them, where pairs of surrogates stand before U+E000 to U+FFFF.
// In UTF-8 those begin with the octets EE and EF, and pairs with F0 and more.
unsigned rank(char c) {
  const unsigned octet = static_cast<unsigned char>(c);
  return octet == 0xEE || octet == 0xEF ? octet + 0x10 : octet;
}

bool is_before(std::string_view one, std::string_view other) {
  return std::ranges::lexicographical_compare(one, other, {}, rank, rank);
}

void put(const json::value& value, std::string& text);

void put_object(const json::object& object, std::string& text) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const json::key_value_pair& member : object)
    members.push_back(&member);
  std::ranges::sort(members, is_before, [](const auto* member) { return std::string_view(member->key()); });
  text += '{';
  for (const auto* const member : members) {
    if (text.back() != '{') text += ',';
    text += base::json_string(member->key()) + ':';
    put(member->value(), text);
  }
  text += '}';
}

void put(const json::value& value, std::string& text) {
  if (const json::object* const object = value.if_object()) return put_object(*object, text);
  if (const json::string* const string = value.if_string()) {
    text += base::json_string(*string);
    return;
  }
  const json::array* const list = value.if_array();
  if (list == nullptr) {
    text += json::serialize(value);
    return;
  }
  text += '[';
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (i > 0) text += ',';
    put((*list)[i], text);
  }
  text += ']';
}

}  // namespace

std::string canonical_json(const json::value& value) {
  std::string text;
  put(value, text);
  return text;
}

}  // namespace art32::trail
