#include "audit/probes/scratch_modes.h"

#include <sys/stat.h>

#include <cerrno>

namespace art32::audit {

base::Status ScratchModes::make() {
  const base::ByteView content = base::as_bytes("not a secret");
  ART32_CHECKED(base::replace_file(wide(), content, base::Visibility::everyone_reads));
  ART32_CHECKED(base::replace_file(narrow(), content, base::Visibility::owner_only));
  ART32_CHECKED(base::make_folder(open_folder()));
  // Whatever the umask says.
  if (::chmod(wide().c_str(), 0644) != 0 || ::chmod(open_folder().c_str(), 0777) != 0 ||
      ::chmod(scratch_.path().c_str(), 0755) != 0)
    return base::system_failure("a scratch file's mode can't be set", errno);
  return {};
}

}  // namespace art32::audit
