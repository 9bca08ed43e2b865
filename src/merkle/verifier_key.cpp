#include <algorithm>

#include "base/text.h"
#include "crypto/digest.h"
#include "merkle/note.h"

namespace art32::merkle {
namespace {

// Unicode's White_Space characters above ASCII, as UTF-8.
constexpr std::array<std::string_view, 19> wide_spaces = {
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

tl::unexpected<base::Error> refused(std::string what) {
  return base::failure(base::ErrorCode::invalid_argument, "the verifier key " + std::move(what),
                       "copy it whole: name+8 hexadecimal digits+base64");
}

}  // namespace

KeyId key_id(std::string_view name, SignatureType type, const crypto::Ed25519PublicKey& public_key) {
  const std::array<std::uint8_t, 2> separator = {'\n', static_cast<std::uint8_t>(type)};
  const crypto::Digest digest = crypto::sha256({base::as_bytes(name), separator, public_key});
  KeyId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

bool is_key_name(std::string_view name) {
  if (name.empty() || !base::is_utf8(name)) return false;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '+') return false;
  }
  return std::none_of(wide_spaces.begin(), wide_spaces.end(),
                      [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

std::string format_verifier_key(const VerifierKey& key) {
  base::Bytes material = {static_cast<std::uint8_t>(key.type)};
  base::append(material, key.public_key);
  return key.name + "+" + base::hex(key.id()) + "+" + base::base64(material);
}

base::Result<VerifierKey> parse_verifier_key(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return refused("doesn't have three parts");
  VerifierKey key;
  key.name = text.substr(0, first);
  if (!is_key_name(key.name)) return refused("has no valid name");
  const auto material = base::from_base64(text.substr(second + 1));
  if (!material || material->size() != 1 + key.public_key.size())
    return refused("has no 32 octets of public key");
  const std::uint8_t type = material->front();
  if (type != static_cast<std::uint8_t>(SignatureType::ed25519) &&
      type != static_cast<std::uint8_t>(SignatureType::cosignature_v1))
    return refused("is of the unknown type " + std::to_string(type));
  key.type = static_cast<SignatureType>(type);
  std::copy(material->begin() + 1, material->end(), key.public_key.begin());
  if (text.substr(first + 1, second - first - 1) != base::hex(key.id()))
    return refused("doesn't match its key id");
  return key;
}

}  // namespace art32::merkle
