// Files and folders of well-known modes, for the controls of files.secret_modes:
// what must be noticed, and what must not. Deleted with the object; one thread.
#pragma once

#include "base/result.h"
#include "base/scratch_folder.h"

namespace art32::audit {

class ScratchModes {
 public:
  base::Status make();

  base::Path wide() const { return scratch_.path() / "wide"; }                // 0644
  base::Path narrow() const { return scratch_.path() / "narrow"; }            // 0600
  base::Path open_folder() const { return scratch_.path() / "open-folder"; }  // 0777, not sticky

 private:
  base::ScratchFolder scratch_;  // 0755 once made
};

}  // namespace art32::audit
