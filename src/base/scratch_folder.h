// A folder of its own below TMPDIR (or /tmp) that is deleted with everything
// in it when the object goes. Aborts if none can be made.
#pragma once

#include "base/file.h"

namespace art32::base {

class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const Path& path() const { return path_; }

 private:
  Path path_;
};

}  // namespace art32::base
