// The rule for files that hold secrets: a regular file of the running user (or
// root), mode 0600 or narrower.
#pragma once

#include "base/file.h"
#include "base/secret.h"

namespace art32::crypto {

// `permission` with the chmod or chown that mends it.
base::Status check_private_file(const base::Path& path);
// Checks, then reads.
base::Result<base::Secret> load_private_file(const base::Path& path, std::size_t limit = 64U << 10);
base::Status save_private_file(const base::Path& path, base::ByteView content);
// Of one that is there and has to stay what it is to whoever reads it: checked, and with its mode.
// `permission` where it belongs to root and this isn't root: what took its place would be ours.
base::Status replace_private_file(const base::Path& path, base::ByteView content);

}  // namespace art32::crypto
