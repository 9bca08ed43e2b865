// The rule for secrets on disk, as an outsider to the code that keeps it checks
// it: regular files of the service's user or root, mode 0600 or narrower; their
// folders closed to everybody else; and no folder on the way to them in which
// somebody else could put another in their place.
//
// Reads only a path's facts, never its content. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"

namespace art32::audit {

// What is wrong, for people; empty if nothing is. An error when the path's facts
// can't be had: that proves nothing. `owner` is the service's user.
base::Result<std::string> trouble_with_private_file(const base::Path& path, unsigned owner);
base::Result<std::string> trouble_with_secret_file(const base::Path& path, unsigned owner);  // nor empty
base::Result<std::string> trouble_with_secret_folder(const base::Path& path, unsigned owner);

// A folder that is passed on the way to a path, and what is looked up in it.
struct Step {
  base::Path folder;
  base::Path entry;
};
// From "/" on, symbolic links followed. `unavailable` when they lead in a circle.
base::Result<std::vector<Step>> way_to(const base::Path& path);

// Whether others could rename or remove the entry and put their own there: the
// folder must belong to the service's user or root, and be closed to writers, or
// be sticky as /tmp is, and then the entry be the service's or root's.
base::Result<std::string> trouble_with_step(const Step& step, unsigned owner);

}  // namespace art32::audit
