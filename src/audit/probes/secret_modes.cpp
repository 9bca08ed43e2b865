// files.secret_modes: secrets lie where only the service can read or replace
// them. Judged by modes and owners, and, where this process is root, asked of
// the kernel as another user.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "audit/observe.h"
#include "audit/probes/other_user.h"
#include "audit/probes/probes.h"
#include "audit/probes/promised.h"
#include "audit/probes/scratch_modes.h"
#include "audit/probes/secret_file.h"

namespace art32::audit {
namespace {

constexpr std::size_t files_tried = 500;  // as another user; modes are read of all

// A relative name says enough, and keeps the machine's folders out of evidence.
std::string shown(const Target& target, const base::Path& path) {
  if (path == target.data_folder) return "data folder";
  const base::Path relative = path.lexically_relative(target.data_folder);
  if (!relative.empty() && relative.begin()->string() != "..") return relative.string();
  return path.filename().string();
}

// Of folders above the data folder, only how deep they lie.
std::string shown_step(const Target& target, const base::Path& folder) {
  const base::Path relative = folder.lexically_relative(target.data_folder);
  if (!relative.empty() && relative.begin()->string() != "..") return shown(target, folder);
  return fmt::format("the folder {} below /", std::distance(folder.begin(), folder.end()) - 1);
}

std::string unknown(const base::Error& error) {
  return fmt::format("its facts can't be had ({})", base::describe(error.code).name);
}

// Findings about many paths, for one observation.
class Findings {
 public:
  void add(const std::string& name, const base::Result<std::string>& trouble) {
    ++asked_;
    if (!trouble && undecided_.empty()) undecided_ = name + ": " + unknown(trouble.error());
    if (trouble && !trouble->empty() && trouble_.empty()) trouble_ = name + ": " + *trouble;
  }
  std::size_t asked() const { return asked_; }
  Outcome outcome() const {
    if (!trouble_.empty()) return Outcome::worked;
    return undecided_.empty() ? Outcome::refused : Outcome::undecided;
  }
  std::string seen(std::string good) const {
    if (!trouble_.empty()) return trouble_;
    return undecided_.empty() ? std::move(good) : undecided_;
  }

 private:
  std::size_t asked_ = 0;
  std::string trouble_;
  std::string undecided_;
};

// The state database, with what SQLite keeps beside it while it is open.
std::vector<base::Path> database_files(const Target& target) {
  std::vector<base::Path> files{target.state_database};
  for (const char* ending : {"-wal", "-shm"}) {
    base::Path beside = target.state_database;
    beside += ending;
    if (base::file_facts(beside)) files.push_back(beside);
  }
  return files;
}

// Where the ledger keeps its records, and the keys that open them.
std::vector<base::Path> ledger_folders(const Target& target) {
  return {target.data_folder / "ledger" / "keys", target.data_folder / "ledger" / "records"};
}

base::Result<std::vector<base::Path>> inside(const base::Path& folder) {
  std::vector<base::Path> files;
  std::error_code trouble;
  for (std::filesystem::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
       entry.increment(trouble))
    files.push_back(entry->path());
  if (trouble) return base::system_failure("a folder of the ledger can't be read", trouble.value());
  return files;
}

class Run {
 public:
  Run(const ProbeContext& context, Observations& observations)
      : context_(context), target_(context.target), observations_(observations) {}

  void attack_all() {
    for (const base::Path& file : target_.secret_files)
      attack_file(file, trouble_with_secret_file(file, user_));
    std::set<base::Path> folders;
    for (const base::Path& file : target_.secret_files)
      folders.insert(file.parent_path());
    for (const base::Path& folder : folders)
      attack_folder(folder);
    const auto database = database_files(target_);
    for (const base::Path& file : database)
      attack_file(file, file == target_.state_database ? trouble_with_secret_file(file, user_)
                                                       : trouble_with_private_file(file, user_));
    for (const base::Path& folder : ledger_folders(target_)) {
      attack_folder(folder);
      attack_files_in(folder);
    }
    attack_way();
    if (can_act_as_other_user()) attack_as_other_user();
  }

 private:
  static std::string closed() {
    return can_act_as_other_user() ? "closed to others"
                                   : "closed to others by mode and owner; not tried as another user, "
                                     "which only root can";
  }

  void attack_file(const base::Path& file, const base::Result<std::string>& trouble) {
    Findings findings;
    findings.add(shown(target_, file), trouble);
    files_.push_back(file);
    observations_.attack(shown(target_, file),
                         {"Modus oder Eigentümer lassen andere Benutzer die Datei lesen oder schreiben",
                          "Its mode or owner lets other users read or write the file"},
                         findings.outcome(), findings.seen(closed()));
  }

  void attack_folder(const base::Path& folder) {
    Findings findings;
    findings.add(shown(target_, folder), trouble_with_secret_folder(folder, user_));
    folders_.insert(folder);
    observations_.attack(shown(target_, folder),
                         {"Modus oder Eigentümer lassen andere Benutzer den Ordner betreten oder auflisten",
                          "Its mode or owner lets other users enter or list the folder"},
                         findings.outcome(), findings.seen(closed()));
  }

  void attack_files_in(const base::Path& folder) {
    const model::Text tried{
        "Modus oder Eigentümer lassen andere Benutzer eine Datei in diesem Ordner lesen oder schreiben",
        "The mode or owner of a file in this folder lets other users read or write it"};
    Findings findings;
    const auto files = inside(folder);
    if (!files) findings.add(shown(target_, folder), tl::unexpected<base::Error>(files.error()));
    for (const base::Path& file : files.value_or(std::vector<base::Path>())) {
      const auto trouble = trouble_with_private_file(file, user_);
      // What was replaced or erased meanwhile is no finding.
      if (!trouble && trouble.error().code == base::ErrorCode::not_found) continue;
      findings.add(shown(target_, file), trouble);
      if (files_.size() < files_tried) files_.push_back(file);
    }
    observations_.attack(shown(target_, folder), tried, findings.outcome(),
                         findings.seen(fmt::format("{} files, {}", findings.asked(), closed())));
  }

  // Whoever may write a folder on the way can put other keys in place of these.
  void attack_way() {
    Findings findings;
    std::set<std::pair<base::Path, base::Path>> seen;
    std::vector<base::Path> ends = target_.secret_files;
    ends.push_back(target_.state_database);
    for (const base::Path& folder : ledger_folders(target_))
      ends.push_back(folder / "any");
    for (const base::Path& end : ends) {
      const auto steps = way_to(end);
      if (!steps) findings.add(shown(target_, end), tl::unexpected<base::Error>(steps.error()));
      for (const Step& step : steps.value_or(std::vector<Step>()))
        if (seen.emplace(step.folder, step.entry).second) {
          findings.add(shown_step(target_, step.folder), trouble_with_step(step, user_));
          folders_.insert(step.folder);
        }
    }
    observations_.attack(
        "from / to the files",
        {"Modus oder Eigentümer eines Ordners auf dem Weg lassen andere Benutzer dort etwas umbenennen und "
         "ersetzen",
         "The mode or owner of a folder on the way lets other users rename and replace what is in it"},
        findings.outcome(), findings.seen(fmt::format("{} folders, {}", folders_.size(), closed())));
  }

  void attack_as_other_user() {
    ScratchModes scratch;
    const auto made = scratch.make();
    std::vector<base::Path> paths{scratch.wide(), scratch.narrow(), scratch.open_folder()};
    paths.insert(paths.end(), files_.begin(), files_.end());
    paths.insert(paths.end(), folders_.begin(), folders_.end());
    const auto reached = made ? reached_by_other_user(paths, context_.left())
                              : base::Result<Reached>(tl::unexpected<base::Error>(made.error()));
    const std::string user = fmt::format("user {}", other_user);
    const model::Text control{
        "Ein Prozess eines anderen Benutzers darf eine Probedatei mit Modus 0644 lesen, eine mit 0600 "
        "nicht, und in einem Ordner mit Modus 0777 etwas ersetzen",
        "A process of another user may read a scratch file of mode 0644, not one of 0600, and replace "
        "something in a folder of mode 0777"};
    if (!reached) {
      observations_.control(user, control, Outcome::undecided, reached.error().message());
      return;
    }
    const bool can_tell =
        reached->readable.contains(scratch.wide()) && !reached->readable.contains(scratch.narrow()) &&
        !reached->writable.contains(scratch.wide()) && reached->replaceable.contains(scratch.open_folder());
    observations_.control(
        user, control, worked_if(can_tell),
        can_tell ? "as expected" : "not so; can that user enter the folder for temporary files?");
    attack_reached(user,
                   {"Ein Prozess eines anderen Benutzers darf eine dieser Dateien lesen",
                    "A process of another user may read one of these files"},
                   files_, reached->readable);
    attack_reached(user,
                   {"Ein Prozess eines anderen Benutzers darf in eine dieser Dateien schreiben",
                    "A process of another user may write to one of these files"},
                   files_, reached->writable);
    attack_reached(
        user,
        {"Ein Prozess eines anderen Benutzers darf in einem Ordner auf dem Weg etwas umbenennen oder "
         "löschen",
         "A process of another user may rename or remove something in a folder on the way"},
        {folders_.begin(), folders_.end()}, reached->replaceable);
  }

  void attack_reached(const std::string& user, model::Text tried, const std::vector<base::Path>& asked,
                      const std::set<base::Path>& reached) {
    const auto found =
        std::ranges::find_if(asked, [&reached](const base::Path& path) { return reached.contains(path); });
    const bool worked = found != asked.end();
    const std::string name = !worked                     ? std::string()
                             : folders_.contains(*found) ? shown_step(target_, *found)
                                                         : shown(target_, *found);
    observations_.attack(
        user, std::move(tried), worked_if(worked),
        worked ? "the kernel allows it: " + name : fmt::format("the kernel refuses all {}", asked.size()));
  }

  const ProbeContext& context_;
  const Target& target_;
  Observations& observations_;
  unsigned user_ = ::geteuid();  // the service's: probes run in its process
  std::vector<base::Path> files_;
  std::set<base::Path> folders_;
};

// The probe can tell: what others may read or change is called bad, a private file good.
void prove_wrong_modes_are_noticed(Observations& observations) {
  const model::Text wide{"Eine Probedatei mit Modus 0644 fällt auf",
                         "A scratch file of mode 0644 is noticed"};
  ScratchModes scratch;
  if (const auto made = scratch.make(); !made) {
    observations.control("scratch file", wide, Outcome::undecided, made.error().message());
    return;
  }
  const unsigned user = ::geteuid();
  const auto control = [&observations](std::string name, model::Text tried,
                                       const base::Result<std::string>& trouble, bool is_bad) {
    observations.control(std::move(name), std::move(tried), worked_if(trouble && trouble->empty() != is_bad),
                         !trouble           ? unknown(trouble.error())
                         : trouble->empty() ? "nothing wrong"
                                            : *trouble);
  };
  control("scratch file", wide, trouble_with_secret_file(scratch.wide(), user), true);
  control("scratch file",
          {"Eine Probedatei mit Modus 0600 ist in Ordnung", "A scratch file of mode 0600 is fine"},
          trouble_with_secret_file(scratch.narrow(), user), false);
  control("scratch folder",
          {"Ein Ordner mit Modus 0777 auf dem Weg fällt auf", "A folder of mode 0777 on the way is noticed"},
          trouble_with_step({scratch.open_folder(), scratch.open_folder() / "key"}, user), true);
}

}  // namespace

std::vector<model::Observation> probe_secret_modes(const ProbeContext& context) {
  Observations observations;
  control_promise(context.target, "access.data", "key_mode", "0600", observations);
  prove_wrong_modes_are_noticed(observations);
  Run(context, observations).attack_all();
  return observations.take();
}

}  // namespace art32::audit
