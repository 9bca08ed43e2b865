// Entry bundles: what parses is written back octet by octet.
#include "base/assert.h"
#include "fuzz/input.h"
#include "merkle/entry_bundle.h"

namespace merkle = art32::merkle;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const auto width = static_cast<unsigned>(input.number(1)) + 1;
  const auto entries = merkle::parse_entry_bundle(input.rest(), width);
  if (!entries) return 0;
  ART32_ASSERT(entries->size() == width);
  art32::base::Bytes written;
  for (const art32::base::ByteView entry : *entries)
    merkle::append_entry(written, entry);
  ART32_ASSERT(art32::base::as_text(written) == input.text());
  return 0;
}
