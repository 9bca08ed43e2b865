// A witness's answer: signature lines that parse are written back octet by octet,
// and verify only when they are the one cosignature that was made.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/checkpoint.h"
#include "merkle/cosignature.h"

namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const auto key = art32::crypto::Ed25519PrivateKey::from_seed(art32::base::Bytes(32, 3)).value();
  static const std::string body =
      merkle::format_checkpoint({"log.example.com/ledger", merkle::TreeSize(7), {}});
  static const std::string name = "witness.example/3";
  static const auto genuine =
      merkle::cosign(body, name, key, art32::base::Instant(std::chrono::seconds(1'679'315'147)));

  const std::string_view text = art32::fuzz::Input(data, size).text();
  const auto signatures = merkle::parse_signature_lines(text);
  if (!signatures) return 0;
  const merkle::VerifierKey witness{name, merkle::SignatureType::cosignature_v1, key.public_key()};
  std::string written;
  for (const merkle::NoteSignature& signature : *signatures) {
    written += merkle::format_signature_line(signature);
    ART32_ASSERT(!merkle::verify_cosignature(body, signature, witness) || signature == genuine);
  }
  ART32_ASSERT(written == text);
  return 0;
}
