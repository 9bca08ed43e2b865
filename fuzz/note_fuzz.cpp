// Signed notes and verifier keys: what parses is written back octet by octet, and
// nothing that the target can't have signed verifies.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/note.h"

namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = art32::fuzz::Input(data, size).text();
  if (const auto note = merkle::parse_note(text)) {
    ART32_ASSERT(merkle::format_note(*note) == text);
    std::vector<merkle::VerifierKey> known;
    for (const merkle::NoteSignature& signature : note->signatures)
      known.push_back({signature.name, merkle::SignatureType::ed25519, {}});
    (void)merkle::verify_note(*note, known);
  }
  if (const auto key = merkle::parse_verifier_key(text))
    ART32_ASSERT(merkle::format_verifier_key(*key) == text);
  return 0;
}
