#include "app/owner_check.h"

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

namespace art32::app {

std::string user_name(unsigned user) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return fmt::format("#{}", user);
}

base::Status check_owner(const Folder& folder) {
  // "." so that a link to the folder isn't taken for the folder.
  const auto facts = base::file_facts(folder.root / ".");
  if (!facts && facts.error().code == base::ErrorCode::not_found) return {};
  if (!facts) return tl::unexpected<base::Error>(facts.error());
  if (facts->owner == ::geteuid()) return {};
  const std::string owner = user_name(facts->owner);
  return base::failure(base::ErrorCode::permission,
                       fmt::format("{} belongs to the user {}, and this is {}", folder.root.string(), owner,
                                   user_name(::geteuid())),
                       fmt::format("run it as that user: runuser -u {} -- art32 ...", owner));
}

}  // namespace art32::app
