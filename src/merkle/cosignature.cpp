#include "merkle/cosignature.h"

#include "base/assert.h"

namespace art32::merkle {
namespace {

constexpr std::size_t timestamp_octets = 8;
// The year 9999 ends: later times have no RFC 3339 form.
constexpr std::uint64_t timestamp_maximum = 253'402'300'799;

std::string signed_message(std::uint64_t timestamp, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(timestamp) + "\n" + std::string(text);
}

}  // namespace

NoteSignature cosign(std::string_view text, std::string_view name, const crypto::Ed25519PrivateKey& key,
                     base::Instant time) {
  ART32_ASSERT(is_key_name(name) && check_note_text(text).has_value());
  const std::int64_t seconds = std::chrono::floor<base::Seconds>(time).time_since_epoch().count();
  ART32_ASSERT(seconds >= 0);
  const auto timestamp = static_cast<std::uint64_t>(seconds);
  NoteSignature cosignature{
      std::string(name), key_id(name, SignatureType::cosignature_v1, key.public_key()), {}};
  base::put_u64(cosignature.signature, timestamp);
  base::append(cosignature.signature, key.sign(base::as_bytes(signed_message(timestamp, text))));
  return cosignature;
}

base::Result<base::Instant> verify_cosignature(std::string_view text, const NoteSignature& signature,
                                               const VerifierKey& key) {
  const auto refused = [&](std::string_view what) {
    return base::failure(base::ErrorCode::check_failed,
                         "the cosignature of " + key.name + " " + std::string(what),
                         "don't count this witness; ask it for a new cosignature");
  };
  if (key.type != SignatureType::cosignature_v1 || signature.name != key.name || signature.key != key.id())
    return refused("is another key's");
  const base::ByteView octets = signature.signature;
  if (octets.size() != timestamp_octets + sizeof(crypto::Ed25519Signature))
    return refused("has the wrong length");
  const std::uint64_t timestamp = base::get_u64(octets);
  if (timestamp > timestamp_maximum) return refused("is from after the year 9999");
  if (!crypto::verify(key.public_key, base::as_bytes(signed_message(timestamp, text)),
                      octets.subspan(timestamp_octets)))
    return refused("doesn't verify");
  return base::Instant(base::Seconds(static_cast<std::int64_t>(timestamp)));
}

}  // namespace art32::merkle
