#include "identity/api/scanner_keys.h"

#include <fmt/core.h>

#include <boost/json.hpp>

#include "base/limits.h"
#include "identity/api/strict_json.h"

namespace art32::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 8;
constexpr std::size_t longest_identifier = 256;

tl::unexpected<base::Error> no_keys(std::string what) {
  return base::failure(base::ErrorCode::configuration, std::move(what),
                       "save the keys anew: curl -o scanner-keys.json "
                       "https://api.github.com/meta/public_keys/secret_scanning");
}

std::string text_of(const json::object& object, std::string_view member) {
  const json::value* const value = object.if_contains(json::string_view(member.data(), member.size()));
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

base::Result<ScannerKeys> ScannerKeys::parse(std::string_view text) {
  if (text.size() > base::limits::scanner_key_file_octets)
    return no_keys(
        fmt::format("the scanner's keys have more than {} octets", base::limits::scanner_key_file_octets));
  const auto parsed = api::parse_strict_json(text, deepest);
  if (!parsed) return no_keys(fmt::format("the scanner's keys: {}", parsed.error().what));
  const json::object* const document = parsed->if_object();
  const json::value* const list = document == nullptr ? nullptr : document->if_contains("public_keys");
  if (list == nullptr || !list->is_array()) return no_keys("the scanner's keys have no list \"public_keys\"");
  const json::array& rows = list->get_array();
  if (rows.empty() || rows.size() > base::limits::scanner_keys)
    return no_keys(
        fmt::format("the scanner has {} keys, not 1 to {}", rows.size(), base::limits::scanner_keys));
  ScannerKeys keys;
  for (const json::value& row : rows) {
    if (!row.is_object()) return no_keys("one of the scanner's keys is no object");
    const std::string identifier = text_of(row.get_object(), "key_identifier");
    if (identifier.empty() || identifier.size() > longest_identifier)
      return no_keys("one of the scanner's keys has no \"key_identifier\"");
    const auto key = crypto::EcdsaPublicKey::parse(text_of(row.get_object(), "key"));
    if (!key)
      return no_keys(fmt::format("the scanner's key {}: {}", api::quoted_name(identifier), key.error().what));
    if (!keys.keys_.emplace(identifier, *key).second)
      return no_keys(fmt::format("the scanner's key {} stands twice", api::quoted_name(identifier)));
  }
  return keys;
}

base::Result<ScannerKeys> ScannerKeys::read(const base::Path& file) {
  ART32_ASSIGN(const std::string text, base::read_text_file(file, base::limits::scanner_key_file_octets));
  base::Result<ScannerKeys> keys = parse(text);
  if (!keys) return tl::unexpected(keys.error().within(file.string()));
  return keys;
}

const crypto::EcdsaPublicKey* ScannerKeys::find(std::string_view identifier) const {
  const auto found = keys_.find(identifier);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace art32::identity
