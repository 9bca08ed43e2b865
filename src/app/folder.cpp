#include "app/folder.h"

#include <unistd.h>

#include <cstdlib>

namespace art32::app {
namespace {

const char* environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

base::Path default_folder() {
  if (const char* named = environment("ART32_FOLDER")) return named;
  if (::geteuid() == 0) return "/var/lib/art32";
  if (const char* data = environment("XDG_DATA_HOME")) return base::Path(data) / "art32";
  if (const char* home = environment("HOME")) return base::Path(home) / ".local/share/art32";
  return "art32-data";
}

}  // namespace art32::app
