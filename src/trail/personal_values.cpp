#include "trail/personal_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>

#include "base/assert.h"
#include "base/json_text.h"
#include "crypto/aead.h"
#include "crypto/mac.h"
#include "trail/disclosed_value.h"

namespace art32::trail {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::string_view opening_label = "art32-trail-opening/v1\n";
constexpr std::string_view commitment_label = "art32-trail-commitment/v1\n";
constexpr std::string_view value_label = "art32-trail-value/v1\n";
constexpr std::array<std::uint8_t, crypto::aead_nonce_octets> nonce{};  // a key seals one value
constexpr std::size_t head_octets = 2 + 1 + std::tuple_size_v<SubjectKeyId> + 4;

std::uint8_t octet_of(RowSide side) {
  return side == RowSide::before ? 'b' : 'a';
}

// Depends on the value: a record that is made again with another value never meets the same key.
crypto::Digest value_key(const crypto::Digest& opening, const crypto::Digest& commitment) {
  return crypto::hmac_sha256(opening, {base::as_bytes(value_label), commitment});
}

auto damaged(std::string_view how) {
  return failure(ErrorCode::corrupt, fmt::format("a record with personal values {}", how),
                 "restore the folder of the trail from a backup");
}

struct StoredValue {
  std::size_t column = 0;
  RowSide side = RowSide::after;
  SubjectKeyId key{};
  base::ByteView sealed;
};

Result<StoredValue> take_value(base::ByteView& rest) {
  if (rest.size() < head_octets) return damaged("has a value that is cut off");
  StoredValue value;
  value.column = base::get_u16(rest);
  if (rest[2] != octet_of(RowSide::before) && rest[2] != octet_of(RowSide::after))
    return damaged("has a value of neither side");
  value.side = rest[2] == octet_of(RowSide::before) ? RowSide::before : RowSide::after;
  std::copy_n(rest.begin() + 3, value.key.size(), value.key.begin());
  const std::size_t size = base::get_u32(rest.subspan(head_octets - 4));
  if (size > rest.size() - head_octets) return damaged("has a value that is cut off");
  value.sealed = rest.subspan(head_octets, size);
  rest = rest.subspan(head_octets + size);
  return value;
}

// Where the commitment to it stands; null where the record has none there. A list of three has the value
// of before and the one since, one of two a single one.
json::object* place_of(const StoredValue& value, json::array& columns) {
  if (value.column >= columns.size()) return nullptr;
  json::array* const list = columns[value.column].if_array();
  if (list == nullptr || list->size() < 2) return nullptr;
  json::object* const place =
      (value.side == RowSide::before || list->size() == 2 ? list->at(1) : list->at(2)).if_object();
  return place != nullptr && place->contains("personal") ? place : nullptr;
}

std::string text_at(const json::value* value) {
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

// A name that isn't UTF-8 stands there as base64.
std::string name_of(const json::value& column) {
  if (const json::object* const octets = column.if_object())
    return base::to_text(base::from_base64(text_at(octets->if_contains("base64"))).value_or(base::Bytes()));
  return text_at(&column);
}

json::value json_of(const base::Bytes& text) {
  return json::parse(base::json_octets(text));
}

// A value beside its record, read as far as its key allows.
struct ReadValue {
  json::object* place = nullptr;  // where the commitment to it stands
  std::string column;
  RowSide side = RowSide::after;
  SubjectKeys::Found::State state = SubjectKeys::Found::State::unknown;
  crypto::Digest opening{};  // of a living one, and its octets
  base::Bytes text;
};

Result<ReadValue> read_value(const StoredValue& value, json::array& columns, base::ByteView salt,
                             const SubjectKeys& keys) {
  ReadValue read;
  read.place = place_of(value, columns);
  if (read.place == nullptr) return damaged("has a value without a commitment");
  read.column = name_of(columns[value.column].as_array().at(0));
  read.side = value.side;
  const std::string committed = text_at(read.place->if_contains("personal"));
  const auto octets = base::from_hex(committed);
  crypto::Digest commitment{};
  if (!octets || octets->size() != commitment.size()) return damaged("has a commitment that isn't one");
  std::copy(octets->begin(), octets->end(), commitment.begin());
  ART32_ASSIGN(const SubjectKeys::Found found, keys.find(value.key));
  read.state = found.state;
  if (found.state != SubjectKeys::Found::State::living) return read;
  read.opening = personal_opening(found.key->key.view(), salt, value.side, read.column);
  ART32_ASSIGN(read.text, crypto::aead_open(value_key(read.opening, commitment), nonce, value.sealed, {}));
  if (personal_commitment(read.opening, base::as_text(read.text)) != commitment)
    return damaged("has a value that isn't the one committed to");
  return read;
}

// The record's JSON, in which each value's place may be filled.
Result<json::value> visit_values(std::string_view record, base::ByteView values, const SubjectKeys& keys,
                                 const std::function<void(const ReadValue&)>& visit) {
  boost::system::error_code trouble;
  json::value parsed = json::parse(json::string_view(record.data(), record.size()), trouble);
  json::object* const object = trouble ? nullptr : parsed.if_object();
  json::value* const list = object == nullptr ? nullptr : object->if_contains("columns");
  if (list == nullptr || !list->is_array()) return damaged("has no columns");
  const auto salt = base::from_hex(text_at(object->if_contains("salt")));
  if (!salt) return damaged("has no salt");
  while (!values.empty()) {
    ART32_ASSIGN(const StoredValue value, take_value(values));
    ART32_ASSIGN(const ReadValue read, read_value(value, list->get_array(), *salt, keys));
    visit(read);
  }
  return parsed;
}

}  // namespace

crypto::Digest personal_opening(base::ByteView subject_key, base::ByteView salt, RowSide side,
                                std::string_view column) {
  const std::array<std::uint8_t, 1> octet{octet_of(side)};
  return crypto::hmac_sha256(subject_key,
                             {base::as_bytes(opening_label), salt, octet, base::as_bytes(column)});
}

crypto::Digest personal_commitment(const crypto::Digest& opening, std::string_view value) {
  return crypto::hmac_sha256(opening, {base::as_bytes(commitment_label), base::as_bytes(value)});
}

Subject subject_of(const Change& change, const SubjectRule& rule, RowSide side) {
  if (!rule.column) return {rule.kind, {}};
  const std::size_t column = *rule.column;
  const auto named = [&](RowSide of) -> std::optional<std::string> {
    std::optional<Value> value;
    if (of == RowSide::before)
      value = value_before(change, column);
    else if (column < change.after.size())
      value = change.after[column];
    if (!value || value->kind == Value::Kind::unchanged) return std::nullopt;
    return std::string(value->kind == Value::Kind::text ? value->text : std::string_view());
  };
  auto name = named(side);
  if (!name) name = named(side == RowSide::before ? RowSide::after : RowSide::before);
  return {rule.kind, name.value_or("")};
}

PersonalValues::PersonalValues(const Change& change, const TableRules& rules, SubjectKeys* keys,
                               std::string_view salt)
    : change_(change), rules_(rules), keys_(keys), salt_(salt) {}

std::string PersonalValues::commit(std::size_t column, RowSide side, std::string_view value) {
  const auto [place, is_new] = values_.try_emplace({column, side});
  Value& kept = place->second;
  if (is_new) {
    ART32_ASSERT(keys_ != nullptr);
    auto key = keys_->key_of(subject_of(change_, rules_.subjects.at(column), side));
    if (!key) {
      if (trouble_) trouble_ = tl::unexpected<base::Error>(key.error());
      return {};
    }
    kept.text = value;
    kept.key = (*key)->id;
    kept.opening = personal_opening((*key)->key.view(), base::from_hex(salt_).value(), side,
                                    change_.table->columns[column].name);
    kept.commitment = personal_commitment(kept.opening, value);
  }
  return base::hex(kept.commitment);
}

Result<base::Bytes> PersonalValues::seal(std::size_t longest) const {
  if (!trouble_) return tl::unexpected<base::Error>(trouble_.error());
  base::Bytes values;
  for (const auto& [place, value] : values_) {
    if (value.text.size() > longest) continue;
    const base::Bytes sealed =
        crypto::aead_seal(value_key(value.opening, value.commitment), nonce, base::as_bytes(value.text), {});
    base::put_u16(values, static_cast<std::uint16_t>(place.first));
    values.push_back(octet_of(place.second));
    base::append(values, value.key);
    base::put_u32(values, static_cast<std::uint32_t>(sealed.size()));
    base::append(values, sealed);
  }
  return values;
}

Result<std::string> with_personal_values(std::string_view record, base::ByteView values,
                                         const SubjectKeys& keys) {
  if (values.empty()) return std::string(record);
  ART32_ASSIGN(const json::value filled, visit_values(record, values, keys, [](const ReadValue& read) {
                 switch (read.state) {
                   case SubjectKeys::Found::State::living:
                     read.place->emplace("value", json_of(read.text));
                     break;
                   case SubjectKeys::Found::State::erased:
                     read.place->emplace("erased", true);
                     break;
                   case SubjectKeys::Found::State::unknown:
                     read.place->emplace("missing", true);
                     break;
                 }
               }));
  return json::serialize(filled);
}

Result<std::string> disclosed_values(std::uint64_t number, std::string_view record, base::ByteView values,
                                     const SubjectKeys& keys) {
  std::string lines;
  if (values.empty()) return lines;
  ART32_CHECKED(visit_values(record, values, keys, [&](const ReadValue& read) {
    if (read.state == SubjectKeys::Found::State::living)
      lines +=
          format_disclosed_value({number, read.column, read.side, read.opening, base::to_text(read.text)}) +
          "\n";
  }));
  return lines;
}

}  // namespace art32::trail
