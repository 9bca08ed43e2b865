// Entry bundles (c2sp.org/tlog-tiles, "Log entries"): entries one after the
// other, each after its length as a big-endian 16-bit number.
//
// Pure; any thread.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::merkle {

inline constexpr std::size_t entry_octets_maximum = 65'535;

// Appends an entry to a bundle. The caller has kept to entry_octets_maximum.
void append_entry(base::Bytes& bundle, base::ByteView entry);
base::Bytes encode_entry_bundle(const std::vector<base::Bytes>& entries);

// The entries as views into `bundle`. `corrupt` unless there are exactly `width`
// of them (1 to 256) and nothing after them.
base::Result<std::vector<base::ByteView>> parse_entry_bundle(base::ByteView bundle, unsigned width);

}  // namespace art32::merkle
