// Signed notes (c2sp.org/signed-note): a text, and lines that sign it.
//
// A note's text counts only after verify_note or verify_signature: parsing
// proves nothing. Signatures are of type 01 (Ed25519) and 04 (cosignature/v1,
// cosignature.h); others are carried along unread. Plain values; any thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/signature.h"

namespace art32::merkle {

// The specification asks for at least 16 signatures; Go's reader stops at 100.
inline constexpr std::size_t note_signatures_maximum = 100;
inline constexpr std::size_t note_octets_maximum = 1U << 20;

enum class SignatureType : std::uint8_t { ed25519 = 0x01, cosignature_v1 = 0x04 };

using KeyId = std::array<std::uint8_t, 4>;

// SHA-256(name || 0A || type || public key), its first four octets ("Signatures").
KeyId key_id(std::string_view name, SignatureType type, const crypto::Ed25519PublicKey& public_key);

// Not empty, valid UTF-8 without Unicode space, control character or plus ("Format").
bool is_key_name(std::string_view name);

// Whose signature a reader believes. Text form "name+hex(key id)+base64(type || public key)".
struct VerifierKey {
  std::string name;
  SignatureType type = SignatureType::ed25519;
  crypto::Ed25519PublicKey public_key{};

  KeyId id() const { return key_id(name, type, public_key); }
  bool operator==(const VerifierKey&) const = default;
};
std::string format_verifier_key(const VerifierKey& key);
// `invalid_argument` for a malformed key, a key id that isn't the key's own, or
// another type of signature.
base::Result<VerifierKey> parse_verifier_key(std::string_view text);

struct NoteSignature {
  std::string name;
  KeyId key{};
  base::Bytes signature;  // as its type says, without the key id

  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // ends in a newline
  std::vector<NoteSignature> signatures;

  bool operator==(const Note&) const = default;
};

// What a note's text must be: not empty, valid UTF-8, ended by a newline, no
// ASCII control character but newline. `invalid_argument`.
base::Status check_note_text(std::string_view text);

NoteSignature sign_note(std::string_view text, std::string_view name, const crypto::Ed25519PrivateKey& key);

std::string format_signature_line(const NoteSignature& signature);  // newline included
// `text` and signature lines. The text has passed check_note_text.
std::string format_note(const Note& note);
// `corrupt` for anything that isn't a note with 1 to 100 signatures.
base::Result<Note> parse_note(std::string_view octets);
// Signature lines alone, as a witness answers (c2sp.org/tlog-witness, "add-checkpoint").
base::Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines);

// Whether `signature` is `key`'s (name and id) and signs `text`.
bool verify_signature(std::string_view text, const NoteSignature& signature, const VerifierKey& key);

// The keys among `known` that signed the note: one at least. Signatures of
// unknown keys are ignored. `check_failed` when no known key signed, when the
// signature of one doesn't verify, or when one signed twice.
base::Result<std::vector<VerifierKey>> verify_note(const Note& note, std::span<const VerifierKey> known);

}  // namespace art32::merkle
