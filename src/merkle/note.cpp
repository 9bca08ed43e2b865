#include "merkle/note.h"

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"
#include "merkle/cosignature.h"
#include "merkle/lines.h"

namespace art32::merkle {
namespace {

constexpr std::string_view signature_start = "\xE2\x80\x94 ";  // em dash, space

tl::unexpected<base::Error> broken(std::string what) {
  return base::failure(base::ErrorCode::corrupt, "the signed note " + std::move(what),
                       "fetch or restore the note again");
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

base::Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (line.substr(0, signature_start.size()) != signature_start)
    return broken("has a signature line that doesn't start with an em dash");
  line.remove_prefix(signature_start.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return broken("has a signature line without a signature");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  if (!is_key_name(signature.name)) return broken("has a signature line without a valid key name");
  const auto octets = base::from_base64(line.substr(space + 1));
  if (!octets || octets->size() <= signature.key.size()) return broken("has a signature that isn't base64");
  const auto end_of_id = octets->begin() + static_cast<std::ptrdiff_t>(signature.key.size());
  std::copy(octets->begin(), end_of_id, signature.key.begin());
  signature.signature.assign(end_of_id, octets->end());
  return signature;
}

}  // namespace

base::Status check_note_text(std::string_view text) {
  if (!text.empty() && text.back() == '\n' && base::is_utf8(text) && !has_control_character(text)) return {};
  return base::failure(base::ErrorCode::invalid_argument,
                       "a note's text is UTF-8 that ends in a newline, without other control characters",
                       "take the other characters out of the text");
}

NoteSignature sign_note(std::string_view text, std::string_view name, const crypto::Ed25519PrivateKey& key) {
  ART32_ASSERT(is_key_name(name) && check_note_text(text).has_value());
  const crypto::Ed25519Signature signature = key.sign(base::as_bytes(text));
  return {std::string(name),
          key_id(name, SignatureType::ed25519, key.public_key()),
          {signature.begin(), signature.end()}};
}

std::string format_signature_line(const NoteSignature& signature) {
  base::Bytes octets(signature.key.begin(), signature.key.end());
  base::append(octets, signature.signature);
  return std::string(signature_start) + signature.name + " " + base::base64(octets) + "\n";
}

std::string format_note(const Note& note) {
  ART32_ASSERT(check_note_text(note.text).has_value());
  std::string octets = note.text + "\n";
  for (const NoteSignature& signature : note.signatures)
    octets += format_signature_line(signature);
  return octets;
}

base::Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) {
  if (lines.size() > note_octets_maximum) return broken("is too long");
  if (!base::is_utf8(lines) || has_control_character(lines)) return broken("isn't lines of UTF-8 text");
  std::vector<NoteSignature> signatures;
  Lines reader(lines);
  while (!reader.at_end()) {
    const auto line = reader.next();
    if (!line) return broken("doesn't end in a newline");
    if (signatures.size() == note_signatures_maximum) return broken("has more than 100 signatures");
    ART32_ASSIGN(signatures.emplace_back(), parse_signature_line(*line));
  }
  if (signatures.empty()) return broken("has no signature");
  return signatures;
}

base::Result<Note> parse_note(std::string_view octets) {
  if (octets.size() > note_octets_maximum) return broken("is too long");
  // "Format": the text is separated from the signatures by the last empty line in the note.
  const std::size_t separator = octets.rfind("\n\n");
  if (separator == std::string_view::npos) return broken("has no empty line before its signatures");
  Note note;
  note.text = octets.substr(0, separator + 1);
  if (!check_note_text(note.text)) return broken("isn't lines of UTF-8 text");
  ART32_ASSIGN(note.signatures, parse_signature_lines(octets.substr(separator + 2)));
  return note;
}

bool verify_signature(std::string_view text, const NoteSignature& signature, const VerifierKey& key) {
  if (key.type == SignatureType::cosignature_v1) return verify_cosignature(text, signature, key).has_value();
  return signature.name == key.name && signature.key == key.id() &&
         crypto::verify(key.public_key, base::as_bytes(text), signature.signature);
}

base::Result<std::vector<VerifierKey>> verify_note(const Note& note, std::span<const VerifierKey> known) {
  std::vector<VerifierKey> signers;
  for (const VerifierKey& key : known) {
    const KeyId id = key.id();
    std::size_t signatures = 0;
    for (const NoteSignature& signature : note.signatures) {
      if (signature.name != key.name || signature.key != id) continue;
      if (++signatures > 1 || !verify_signature(note.text, signature, key)) {
        return base::failure(
            base::ErrorCode::check_failed,
            signatures > 1 ? key.name + " signed the note twice"
                           : "the signature of " + key.name + " doesn't verify",
            "don't believe the note; fetch it again, and compare the verifier key with its publisher's");
      }
    }
    if (signatures == 1) signers.push_back(key);
  }
  if (signers.empty()) {
    return base::failure(base::ErrorCode::check_failed, "the note is signed by no known key",
                         "compare the verifier key with its publisher's");
  }
  return signers;
}

}  // namespace art32::merkle
