#include "audit/probes/other_user.h"

#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "net/subprocess.h"

namespace art32::audit {

bool can_act_as_other_user() {
  return ::geteuid() == 0;
}

base::Result<Reached> reached_by_other_user(const std::vector<base::Path>& paths,
                                            std::chrono::milliseconds limit) {
  const std::string user = std::to_string(other_user);
  net::Command command;
  command.folder = "/";  // find goes back to where it started, and must be allowed to
  command.arguments = {"setpriv",        "--reuid=" + user, "--regid=" + user,
                       "--clear-groups", "--no-new-privs",  "find"};
  for (const base::Path& path : paths)
    command.arguments.push_back(path.string());
  // Names may hold anything but NUL, which ends each here.
  const std::vector<std::string> asked{
      "-maxdepth",   "0",       "(",      "-readable", "-printf", "r%p\\0", ",",
      "-writable",   "-printf", "w%p\\0", ",",         "-type",   "d",      "-writable",
      "-executable", "!",       "-perm",  "-1000",     "-printf", "d%p\\0", ")"};
  command.arguments.insert(command.arguments.end(), asked.begin(), asked.end());
  ART32_ASSIGN(const net::Finished finished, net::run(command, limit));
  // find answers 1 where it was refused even the facts of a path, which is what is
  // hoped for; setpriv does where it couldn't give up root.
  if (finished.exit_code > 1 || finished.errors.starts_with("setpriv"))
    return base::failure(base::ErrorCode::unavailable,
                         fmt::format("no process of user {} could be had: {}", user, finished.errors));
  Reached reached;
  for (const std::string_view line : base::split(finished.output, '\0')) {
    if (line.empty()) continue;
    auto& list = line[0] == 'r' ? reached.readable : line[0] == 'w' ? reached.writable : reached.replaceable;
    list.insert(base::Path(line.substr(1)));
  }
  return reached;
}

}  // namespace art32::audit
