// Broken files: a key that everybody can read, folders that everybody can enter
// or change.

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "audit/probes/probes.h"
#include "audit/scratch.h"

namespace art32::audit {
namespace {

base::Status set_mode(Scratch& scratch, const base::Path& path, unsigned mode) {
  ART32_ASSIGN(const base::FileFacts facts, base::file_facts(path));
  const auto set = [path](unsigned to) -> base::Status {
    if (::chmod(path.c_str(), to) != 0) return base::system_failure("a file's mode can't be changed", errno);
    return {};
  };
  scratch.undo_by([set, former = facts.mode] { return set(former); });
  return set(mode);
}

base::Result<Target> open_a_key(Scratch& scratch) {
  ART32_CHECKED(set_mode(scratch, scratch.key("tls-backup.key"), 0644));
  return scratch.target();
}

base::Result<Target> open_the_data_folder(Scratch& scratch) {
  ART32_CHECKED(set_mode(scratch, scratch.folder(), 0777));
  return scratch.target();
}

base::Result<Target> open_the_keys_of_records(Scratch& scratch) {
  const base::Path folder = scratch.folder() / "ledger" / "keys";
  ART32_CHECKED(set_mode(scratch, folder, 0755));
  std::error_code trouble;
  for (std::filesystem::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
       entry.increment(trouble))
    ART32_CHECKED(set_mode(scratch, entry->path(), 0644));
  if (trouble) return base::system_failure("the keys of records can't be listed", trouble.value());
  return scratch.target();
}

}  // namespace

std::vector<Mutation> mutations_of_secret_modes() {
  return {{{"Ein privater Schlüssel der Testinstanz erhält Modus 0644.",
            "A private key of the scratch instance is given mode 0644."},
           open_a_key},
          {{"Der Datenordner der Testinstanz erhält Modus 0777.",
            "The scratch instance's data folder is given mode 0777."},
           open_the_data_folder},
          {{"Die Schlüssel der Ledger-Einträge erhalten Modus 0644, ihr Ordner 0755.",
            "The keys of the ledger's records are given mode 0644, their folder 0755."},
           open_the_keys_of_records}};
}

}  // namespace art32::audit
