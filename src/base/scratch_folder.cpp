#include "base/scratch_folder.h"

#include <cstdlib>

#include "base/assert.h"

namespace art32::base {

ScratchFolder::ScratchFolder() {
  const char* base = std::getenv("TMPDIR");
  std::string pattern = (Path(base != nullptr && *base != '\0' ? base : "/tmp") / "art32-XXXXXX").string();
  ART32_ASSERT(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace art32::base
