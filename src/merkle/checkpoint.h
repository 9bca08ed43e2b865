// A log's signed head (c2sp.org/tlog-checkpoint): origin, size and root hash as
// the body of a signed note.
//
// Plain values; pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/strong.h"
#include "crypto/digest.h"

namespace art32::merkle {

using TreeSize = base::Strong<struct TreeSizeTag>;

struct Checkpoint {
  std::string origin;
  TreeSize size;
  crypto::Digest root{};

  bool operator==(const Checkpoint&) const = default;
};

// The note's body: three lines, each ended by a newline.
std::string format_checkpoint(const Checkpoint& checkpoint);
// `corrupt` for anything that format_checkpoint would not have written, extension
// lines apart, which are allowed and ignored.
base::Result<Checkpoint> parse_checkpoint(std::string_view body);

}  // namespace art32::merkle
