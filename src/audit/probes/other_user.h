// What another user can do with files, really asked for: a helper process gives
// up root for an unprivileged user and asks the kernel for access, by access(2).
// Nothing is opened for writing, renamed or removed.
//
// Needs root, setpriv (util-linux) and find (findutils). Any thread; waits at most `limit`.
#pragma once

#include <chrono>
#include <set>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace art32::audit {

inline constexpr unsigned other_user = 65534;  // "nobody": owns nothing, is in no group

struct Reached {
  std::set<base::Path> readable;
  std::set<base::Path> writable;
  std::set<base::Path> replaceable;  // folders, not sticky, whose entries can be renamed and removed
};

bool can_act_as_other_user();  // as root only

base::Result<Reached> reached_by_other_user(const std::vector<base::Path>& paths,
                                            std::chrono::milliseconds limit);

}  // namespace art32::audit
