#include "audit/probes/secret_file.h"

#include <fmt/core.h>

#include <deque>

namespace art32::audit {
namespace {

constexpr int links_followed = 40;  // as Linux does
constexpr unsigned sticky = 01000;

std::string trouble_with_owner(const base::FileFacts& facts, unsigned owner) {
  if (facts.owner == owner || facts.owner == 0) return {};
  return fmt::format("it belongs to user {}, not to the service's user {} or root", facts.owner, owner);
}

base::Result<std::string> trouble_with_file(const base::Path& path, unsigned owner, bool may_be_empty) {
  ART32_ASSIGN(const base::FileFacts facts, base::file_facts(path));
  if (!facts.is_regular) return "it isn't a regular file";
  if ((facts.mode & ~0600U) != 0) return fmt::format("its mode is {:04o}, wider than 0600", facts.mode);
  if (facts.size == 0 && !may_be_empty) return "it is empty";
  return trouble_with_owner(facts, owner);
}

}  // namespace

base::Result<std::string> trouble_with_private_file(const base::Path& path, unsigned owner) {
  return trouble_with_file(path, owner, true);
}

base::Result<std::string> trouble_with_secret_file(const base::Path& path, unsigned owner) {
  return trouble_with_file(path, owner, false);
}

base::Result<std::string> trouble_with_secret_folder(const base::Path& path, unsigned owner) {
  ART32_ASSIGN(const base::FileFacts facts, base::file_facts(path));
  if ((facts.mode & 0077U) != 0) return fmt::format("its mode is {:04o}, open to others", facts.mode);
  return trouble_with_owner(facts, owner);
}

base::Result<std::vector<Step>> way_to(const base::Path& path) {
  std::error_code trouble;
  const base::Path absolute = std::filesystem::absolute(path, trouble);
  if (trouble) return base::system_failure("the working folder can't be had", trouble.value());
  std::deque<base::Path> ahead(absolute.begin(), absolute.end());
  std::vector<Step> steps;
  base::Path here = "/";
  for (int links = 0; !ahead.empty();) {
    const base::Path name = ahead.front();
    ahead.pop_front();
    if (name.empty() || name == "." || name == "/") continue;
    if (name == "..") {
      here = here.parent_path();
      continue;
    }
    const base::Path entry = here / name;
    steps.push_back({here, entry});
    if (!std::filesystem::is_symlink(std::filesystem::symlink_status(entry, trouble))) {
      here = entry;
      continue;
    }
    if (++links > links_followed)
      return base::failure(base::ErrorCode::unavailable, "symbolic links lead in a circle");
    const base::Path target = std::filesystem::read_symlink(entry, trouble);
    if (trouble) return base::system_failure("a symbolic link can't be read", trouble.value());
    if (target.is_absolute()) here = "/";
    ahead.insert(ahead.begin(), target.begin(), target.end());
  }
  return steps;
}

base::Result<std::string> trouble_with_step(const Step& step, unsigned owner) {
  ART32_ASSIGN(const base::FileFacts folder, base::file_facts(step.folder));
  if (auto trouble = trouble_with_owner(folder, owner); !trouble.empty()) return trouble;
  if ((folder.mode & 0022U) == 0) return "";
  if ((folder.mode & sticky) == 0)
    return fmt::format("its mode is {:04o}: others can rename and replace what is in it", folder.mode);
  ART32_ASSIGN(const base::FileFacts entry, base::file_facts(step.entry));
  const std::string trouble = trouble_with_owner(entry, owner);
  return trouble.empty() ? trouble : "others can write in it, and of what is in it " + trouble;
}

}  // namespace art32::audit
