// Offline proofs: what parses is written back octet by octet, and verifies under
// no key that nobody has.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/tlog_proof.h"

namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = art32::fuzz::Input(data, size).text();
  const auto proof = merkle::parse_tlog_proof(text);
  if (!proof) return 0;
  ART32_ASSERT(merkle::format_tlog_proof(*proof) == text);
  merkle::CheckpointPolicy policy;
  policy.log.name = "log.example.com/ledger";
  policy.log.public_key.fill(9);
  ART32_ASSERT(!merkle::verify_tlog_proof(*proof, merkle::empty_root(), policy));
  return 0;
}
