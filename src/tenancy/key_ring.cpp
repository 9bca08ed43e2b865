#include "tenancy/key_ring.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/random.h"

namespace art32::tenancy {
namespace {

using base::ErrorCode;
using base::failure;
namespace limits = base::limits;

constexpr std::size_t id_octets = 16;

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= id_octets && std::all_of(id.begin(), id.end(), [](char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-';
  });
}

Key fresh(std::string_view id) {
  return {std::string(id), crypto::random_secret(limits::tenancy_key_octets)};
}

base::Result<Key> parse_line(std::string_view line, std::size_t number) {
  const auto wrong = [&](std::string_view why) {
    return failure(ErrorCode::corrupt, fmt::format("line {} of the key file {}", number, why),
                   "each line is an id (a-z 0-9 -), a blank and 64 hexadecimal digits");
  };
  const std::size_t blank = line.find(' ');
  if (blank == line.npos || !is_id(line.substr(0, blank))) return wrong("names no key");
  auto secret = base::from_hex(line.substr(blank + 1));
  if (!secret || secret->size() != limits::tenancy_key_octets) return wrong("has no key of 32 octets");
  return Key{std::string(line.substr(0, blank)), base::Secret(std::move(*secret))};
}

}  // namespace

KeyRing KeyRing::make(std::string_view id) {
  ART32_ASSERT(is_id(id));
  KeyRing ring;
  ring.keys_.push_back(fresh(id));
  return ring;
}

base::Result<KeyRing> KeyRing::parse(std::string_view text) {
  KeyRing ring;
  std::size_t number = 0;
  for (const std::string_view line : base::split(base::trim(text), '\n')) {
    ART32_ASSIGN(Key key, parse_line(line, ++number));
    if (ring.find(key.id) != nullptr)
      return failure(ErrorCode::corrupt,
                     fmt::format("line {} of the key file names \"{}\" again", number, key.id));
    ring.keys_.push_back(std::move(key));
    if (ring.keys_.size() > limits::tenancy_keys)
      return failure(ErrorCode::corrupt,
                     fmt::format("the key file has more than {} keys", limits::tenancy_keys),
                     "take those out whose claims have all expired");
  }
  return ring;
}

const Key* KeyRing::find(std::string_view id) const {
  for (const Key& key : keys_)
    if (key.id == id) return &key;
  return nullptr;
}

base::Status KeyRing::add(std::string_view id) {
  if (!is_id(id)) return failure(ErrorCode::invalid_argument, "a key's id is 1 to 16 of a-z 0-9 -");
  if (find(id) != nullptr)
    return failure(ErrorCode::already_exists, fmt::format("there is a key \"{}\" already", id));
  if (keys_.size() >= limits::tenancy_keys)
    return failure(ErrorCode::exhausted, fmt::format("there are {} keys already", keys_.size()),
                   "take out those whose claims have all expired");
  keys_.push_back(fresh(id));
  return {};
}

base::Status KeyRing::sign_with(std::string_view id) {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  if (found == keys_.end()) return failure(ErrorCode::not_found, fmt::format("there is no key \"{}\"", id));
  std::rotate(keys_.begin(), found, found + 1);
  return {};
}

base::Status KeyRing::remove(std::string_view id) {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  if (found == keys_.end()) return failure(ErrorCode::not_found, fmt::format("there is no key \"{}\"", id));
  if (found == keys_.begin())
    return failure(ErrorCode::conflict, fmt::format("\"{}\" is the key that signs", id),
                   "let another one sign first");
  keys_.erase(found);
  return {};
}

base::Secret KeyRing::text() const {
  std::string text;
  for (const Key& key : keys_)
    text += fmt::format("{} {}\n", key.id, base::hex(key.secret.view()));
  return base::Secret(text);
}

}  // namespace art32::tenancy
