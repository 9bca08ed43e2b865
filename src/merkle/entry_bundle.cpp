#include "merkle/entry_bundle.h"

#include <string>

#include "base/assert.h"

namespace art32::merkle {
namespace {

tl::unexpected<base::Error> broken(const std::string& what) {
  return base::failure(base::ErrorCode::corrupt, "the entry bundle " + what,
                       "fetch or restore the bundle again");
}

}  // namespace

void append_entry(base::Bytes& bundle, base::ByteView entry) {
  ART32_ASSERT(entry.size() <= entry_octets_maximum);
  base::put_u16(bundle, static_cast<std::uint16_t>(entry.size()));
  base::append(bundle, entry);
}

base::Bytes encode_entry_bundle(const std::vector<base::Bytes>& entries) {
  base::Bytes bundle;
  for (const base::Bytes& entry : entries)
    append_entry(bundle, entry);
  return bundle;
}

base::Result<std::vector<base::ByteView>> parse_entry_bundle(base::ByteView bundle, unsigned width) {
  std::vector<base::ByteView> entries;
  entries.reserve(width);
  for (unsigned i = 0; i < width; ++i) {
    if (bundle.size() < 2) return broken("ends after " + std::to_string(i) + " entries");
    const std::size_t length = base::get_u16(bundle);
    bundle = bundle.subspan(2);
    if (bundle.size() < length) return broken("ends inside its entry " + std::to_string(i));
    entries.push_back(bundle.first(length));
    bundle = bundle.subspan(length);
  }
  if (!bundle.empty()) return broken("goes on after its " + std::to_string(width) + " entries");
  return entries;
}

}  // namespace art32::merkle
