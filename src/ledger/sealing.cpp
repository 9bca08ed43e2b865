#include "ledger/sealing.h"

#include <array>

#include "base/assert.h"
#include "crypto/aead.h"
#include "crypto/mac.h"

namespace art32::ledger {
namespace {

// The key encrypts one message in its life, so a fixed nonce never repeats under it.
constexpr std::array<std::uint8_t, crypto::aead_nonce_octets> only_nonce{};

base::Secret encryption_key_of(base::ByteView record_key) {
  const crypto::Digest key = crypto::hmac_sha256(record_key, base::as_bytes("art32-encryption/v1"));
  return base::Secret(base::Bytes(key.begin(), key.end()));
}

}  // namespace

crypto::Digest opening_of(base::ByteView record_key) {
  ART32_ASSERT(record_key.size() == record_key_octets);
  return crypto::hmac_sha256(record_key, base::as_bytes("art32-opening/v1"));
}

crypto::Digest commitment_of(base::ByteView opening, std::string_view kind, base::Instant time,
                             base::ByteView record) {
  const std::string head = fmt::format("art32-commitment/v1\n{}\n{}\n", kind, base::rfc3339(time));
  return crypto::hmac_sha256(opening, {base::as_bytes(head), record});
}

SealedRecord seal_record(base::ByteView record_key, std::string_view kind, base::Instant time,
                         base::ByteView record) {
  const Entry entry{std::string(kind), time, commitment_of(opening_of(record_key), kind, time, record)};
  SealedRecord result{base::to_bytes(format_entry(entry)), {}};
  result.sealed = crypto::aead_seal(encryption_key_of(record_key).view(), only_nonce, record, result.entry);
  return result;
}

base::Result<OpenedRecord> open_record(base::ByteView record_key, base::ByteView entry,
                                       base::ByteView sealed) {
  ART32_ASSIGN(base::Bytes record,
               crypto::aead_open(encryption_key_of(record_key).view(), only_nonce, sealed, entry));
  OpenedRecord opened{std::move(record), opening_of(record_key)};
  if (!check_opening(entry, opened.record, opened.opening))
    return base::failure(base::ErrorCode::corrupt, "the record doesn't open the commitment of its entry");
  return opened;
}

base::Status check_opening(base::ByteView entry, base::ByteView record, base::ByteView opening) {
  const auto refused = [](std::string what) {
    return base::failure(base::ErrorCode::check_failed, std::move(what),
                         "compare all three with the disclosure as it was handed out");
  };
  // HMAC fills shorter keys up with zeros: only one length keeps the commitment binding.
  if (opening.size() != record_key_octets) return refused("an opening has 32 octets");
  ART32_ASSIGN(const Entry parsed, parse_entry(entry));
  const crypto::Digest commitment = commitment_of(opening, parsed.kind, parsed.time, record);
  if (!crypto::equal_constant_time(commitment, parsed.commitment))
    return refused("the record and its opening don't give the commitment of the entry");
  return {};
}

}  // namespace art32::ledger
