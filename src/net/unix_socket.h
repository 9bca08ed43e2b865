// Unix sockets by the path of their file, of any length. Non-blocking, closed on exec, owned
// by the caller. Any thread.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "net/descriptor.h"

namespace art32::net {

enum class UnixMode : unsigned { owner_only = 0600, everyone = 0777 };

// Born with its mode or a narrower one, and whatever the umask says it ends up with it. Takes the place of a
// socket that nobody serves any more; `conflict` where somebody does, or where the file is no socket.
base::Result<Descriptor> listen_unix(const base::Path& path, UnixMode mode);
// `unavailable` when no server listens there.
base::Result<Descriptor> connect_unix(const base::Path& path);

}  // namespace art32::net
