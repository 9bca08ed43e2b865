// Checkpoints: a body that parses begins with what is written for it, and a whole
// note opens only under a signature.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/signed_checkpoint.h"

namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = art32::fuzz::Input(data, size).text();
  if (const auto checkpoint = merkle::parse_checkpoint(text)) {
    const std::string written = merkle::format_checkpoint(*checkpoint);
    ART32_ASSERT(text.substr(0, written.size()) == written);
  }
  // The key whose octets are all 09: nobody has its private half.
  merkle::CheckpointPolicy policy;
  policy.log.name = "log.example.com/ledger";
  policy.log.public_key.fill(9);
  ART32_ASSERT(!merkle::open_checkpoint(text, policy));
  return 0;
}
